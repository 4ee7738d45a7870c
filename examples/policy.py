"""Push-T's policy from Python through ctypes: python3 policy.py libsigen-policy.so pusht.safetensors"""
import ctypes as c
import math
import sys

lib = c.CDLL(sys.argv[1])
lib.sg_policy_ws_size.restype = c.c_size_t
policy, err = c.c_void_p(), c.create_string_buffer(1024)
if lib.sg_policy_open(c.byref(policy), sys.argv[2].encode(), err) != 0:
    sys.exit("cannot open the policy")
size = lib.sg_policy_ws_size(policy)
block = c.create_string_buffer(size + 64)
at = c.addressof(block)
ws = c.c_void_p()
if lib.sg_policy_ws_init(c.byref(ws), policy, c.c_void_p(at + -at % 64), c.c_size_t(size), None, err) != 0:
    sys.exit("cannot make a workspace")
lib.sg_policy_reset(ws, c.c_uint64(1))

agent, bx, by, turn, action = [150.0, 150.0], 300.0, 280.0, 0.7, (c.c_double * 2)()
for k in range(30):
    co, si, dx, dy = math.cos(turn), math.sin(turn), agent[0] - bx, agent[1] - by
    obs = (c.c_double * 8)(*agent, bx, by, co, si, co * dx + si * dy, co * dy - si * dx)
    t = c.c_int64(k * 100_000_000)
    if lib.sg_policy_observe(ws, obs, t) or lib.sg_policy_act(ws, t, c.c_int64(2**63 - 1), action, None):
        sys.exit("refused")
    agent = [a + 0.5 * (to - a) for a, to in zip(agent, action)]
print(f"the disc is at {agent[0]:.1f} {agent[1]:.1f}")
lib.sg_policy_close(policy)

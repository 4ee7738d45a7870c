# What shell tests of graphs share; source it after tests/tap.sh.

# first_pairs K FILE: the first K pairs of each graph6 graph of under 63 nodes, as different rows of
# 0 and 1; the first k (k-1)/2 are those among the first k nodes
first_pairs() {
    LC_ALL=C awk -v k="$1" 'BEGIN { for (i = 0; i < 64; i++) value[sprintf("%c", i + 63)] = i }
        {
            bits = ""
            for (c = 2; c <= length($0) && length(bits) < k; c++)
                for (b = 32; b >= 1; b /= 2)
                    bits = bits (int(value[substr($0, c, 1)] / b) % 2)
            print substr(bits, 1, k)
        }' "$2" | sort -u
}

/* In a file of its own: only programs that show structures carry it. */
#include <config.h>

#include "embed.h"
#include "page.h"

extern const char sg_i_cli_viewer_js[], sg_i_cli_viewer_licence[];
SG_EMBED(sg_i_cli_viewer_js, "vendor/3Dmol-min.js");
SG_EMBED(sg_i_cli_viewer_licence, "vendor/3Dmol-LICENSE");

void sg_page_viewer(sg_out *o)
{
    sg_out_puts(o, "<!-- The viewer is 3Dmol.js:\n");
    sg_out_puts(o, sg_i_cli_viewer_licence);
    sg_out_puts(o, "-->\n");
    sg_page_script(o, sg_i_cli_viewer_js);
}

#include <config.h>

#include "cli/embed.h"
#include "embed.h"

SG_EMBED(sg_i_page_css, "report.css");
SG_EMBED(sg_i_page_js, "report.js");

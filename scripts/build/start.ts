/** The start of a built program. The first import is evaluated before the second one. */

import "./restore_environment.ts";
import "../../src/main.ts";

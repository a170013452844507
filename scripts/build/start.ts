/** Where a built program begins. The first import has run when the second one begins. */

import "./restore_environment.ts";
import "../../src/main.ts";

/** The view of a task, where the use cases look for it; it lies in the model so that documents are rendered from it too. */

export type * from "../model/task_view.ts";

/** The forms that a document of a task can have. */

export const DOCUMENT_FORMATS = ["markdown", "html", "json"] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** The formats in which a document of a task can be written. */

export const DOCUMENT_FORMATS = ["markdown", "html", "json"] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

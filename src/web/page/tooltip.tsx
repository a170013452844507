/** Shows the text of whatever is pointed at or has the focus, beside it and within the window. */

/** @jsxRuntime automatic */
/** @jsxImportSource preact */
/// <reference lib="dom" />
import { useEffect, useRef, useState } from "preact/hooks";

const GAP = 8;

export function Tooltip() {
  const [shown, setShown] = useState<{ readonly text: string; readonly at: DOMRect } | undefined>();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const show = ({ target }: Event) => {
      const owner = target instanceof Element ? target.closest("[data-tip]") : null;
      const text = owner?.getAttribute("data-tip") ?? "";
      setShown(owner === null || text === "" ? undefined : { text, at: owner.getBoundingClientRect() });
    };
    const hide = () => setShown(undefined);
    const escape = (event: KeyboardEvent) => event.key === "Escape" && hide();
    document.addEventListener("pointerover", show);
    document.addEventListener("focusin", show);
    document.addEventListener("focusout", hide);
    document.addEventListener("keydown", escape);
    addEventListener("scroll", hide, true);
    addEventListener("hashchange", hide);
    return () => {
      document.removeEventListener("pointerover", show);
      document.removeEventListener("focusin", show);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("keydown", escape);
      removeEventListener("scroll", hide, true);
      removeEventListener("hashchange", hide);
    };
  }, []);
  useEffect(() => {
    if (box.current === null || shown === undefined) return;
    const { width, height } = box.current.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(shown.at.left, innerWidth - width - GAP));
    const below = shown.at.bottom + GAP;
    const top = below + height > innerHeight ? shown.at.top - height - GAP : below;
    box.current.style.left = `${left}px`;
    box.current.style.top = `${top}px`;
  }, [shown]);
  // The element has the same words as its label.
  return shown === undefined ? null : <div class="tip" ref={box} aria-hidden="true">{shown.text}</div>;
}

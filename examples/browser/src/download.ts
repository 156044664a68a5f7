import { element } from "./element.ts";

/** Hands bytes to the person as a file. They go nowhere else: the address is one of the page's own memory. */
export function download(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(new Blob([bytes.slice()], { type: "application/octet-stream" }));
  const link = element("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after the click; then it is of no use any more.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** The bytes of the file that a form's field `file` holds; null where none was chosen. */
export async function fileOf(form: HTMLFormElement): Promise<Uint8Array | null> {
  const file = new FormData(form).get("file");
  return file instanceof Blob && file.size > 0 ? new Uint8Array(await file.arrayBuffer()) : null;
}

/** The exports of a WebAssembly file that asks for nothing. @param {string} address */
export async function instance(address) {
  const bytes = await (await fetch(address)).arrayBuffer();
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
}

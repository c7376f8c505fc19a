// A worker that runs functions of a module when it is asked to. It is no module itself, because
// TensorFlow.js loads its WebAssembly only in a worker of the old kind.
onmessage = async ({ data: { module, name, values } }) => {
  try {
    const functions = await import(module);
    postMessage({ value: await functions[name](...values) });
  } catch (error) {
    postMessage({ error: String(error?.stack ?? error) });
  }
};

// Does what no reader would: random things to an explorable, in a random order, at random times. The
// same seed gives the same actions and pauses. Returns the states that were seen.
async ({ seed, count, selector }) => {
    const root = document.querySelector(selector);
    let state = seed;  // a small generator of its own: Math.random cannot be seeded
    const random = (n) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * n);
    };
    const one = (list) => list[random(list.length)];
    const fire = (node, type, options) => node.dispatchEvent(new Event(type, { bubbles: true, ...options }));
    const actions = {
        slide() {
            const input = one([...root.querySelectorAll("input[type=range]")]);
            for (let i = random(4); i >= 0; i--) {
                input.value = Number(input.min) + random(Number(input.max) - Number(input.min) + 1);
                fire(input, "input");
            }
            if (random(4)) fire(input, "change");
        },
        choose() {
            const select = one([...root.querySelectorAll("select")]);
            if (!select) return;
            select.selectedIndex = random(select.options.length);
            fire(select, "change");
        },
        number() {
            const input = root.querySelector("input[type=number]");
            if (!input) return;
            input.value = one(["", "-1", "1e9", String(random(10000))]);
            fire(input, "change");
        },
        press() {
            one([...root.querySelectorAll("button")].filter((b) => !b.textContent.startsWith("Copy"))).click();
        },
        hold() {
            const held = one([...root.querySelectorAll("[role=slider]")]);
            const key = one(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp"]);
            held?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        },
        draw() {
            const paper = root.querySelector(".fit-pen-paper");
            if (!paper) return;
            const box = paper.getBoundingClientRect();
            const at = () => ({
                clientX: box.left + random(box.width),
                clientY: box.top + random(box.height),
                pointerId: 1, bubbles: true, cancelable: true,
            });
            paper.setPointerCapture = () => {};
            for (const type of ["pointerdown", "pointermove", "pointermove", "pointerup"]) {
                paper.dispatchEvent(new PointerEvent(type, at()));
            }
        },
        table() {
            one([...root.querySelectorAll("summary")]).click();
        },
    };
    const states = new Set();
    for (let sequence = 0; sequence < count; sequence++) {
        for (let i = 2 + random(5); i > 0; i--) {
            one(Object.values(actions))();
            states.add(root.dataset.state);
            if (!random(3)) await new Promise((resolve) => setTimeout(resolve, random(25)));
        }
    }
    return [...states];
}

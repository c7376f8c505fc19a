// What a finger means: up or down it scrolls, across it draws or drags.

const SLOP = 4; // px that a finger may tremble

/** Whether a finger that came down there and is here now goes across, not up or down. */
export const goesAcross = (down, now) => {
  const [across, along] = [Math.abs(now.clientX - down.clientX), Math.abs(now.clientY - down.clientY)];
  return across > SLOP && across > along;
};

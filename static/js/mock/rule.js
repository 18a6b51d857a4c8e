// Which question comes next: the same rule as app/services/mock/progress.py, so that a mock goes on without a network.

/**
 * @typedef {{main: string, points: string[], chain: {point: string, step: string}[], check: string | null}} Stage
 * @param {{follow_ups: number, stages: Stage[], given: Record<string, string[]>}} rule
 */
export function makeRule({ follow_ups: most, stages, given }) {
  const answered = new Map(Object.entries(given));

  function following(stage) {
    if (!answered.has(stage.main)) return stage.main;
    const steps = [...new Set(stage.chain.map((link) => link.step))];
    const said = new Set([stage.main, ...steps, stage.check].flatMap((step) => answered.get(step) ?? []));
    if (steps.filter((step) => answered.has(step)).length < most) {
      for (const point of stage.points) {
        const led = !said.has(point) && stage.chain.find((link) => link.point === point && !answered.has(link.step));
        if (led) return led.step;
      }
    }
    return stage.check && !answered.has(stage.check) ? stage.check : null;
  }

  return {
    /** The question now; null when all were answered. @returns {string | null} */
    current() {
      for (const stage of stages) {
        const step = following(stage);
        if (step) return step;
      }
      return null;
    },
    /** @param {string} step @param {string[]} points key points that were said */
    give(step, points) { if (!answered.has(step)) answered.set(step, points); },
  };
}

import { asTransferError } from '../../core/transfer-error.js';
import { evaluateCondition } from '../../rules/conditions/evaluate-condition.js';
import { afterRuleEvents } from '../../rules/triggers/after-rule.js';
import { makeScope, type ServerFacts } from '../../rules/variables/make-scope.js';
import { performAction } from '../../runs/actions/perform-action.js';
import { lookAtLocation } from '../../runs/look-at-location.js';
import type { RunServices } from '../../runs/run-services.js';
import type { RunTools } from '../../runs/run-tools.js';
import type { House } from './house.js';

/** The real parts of runs, over the services of a house or of a rehearsal. */
export function runToolsOf(house: Pick<House, 'services' | 'logFolder' | 'settings'>): RunTools {
  const { services, logFolder } = house;
  const { platform, alarms } = services;
  const server = (): ServerFacts => ({
    nodeName: platform.host.hostName,
    logFolder,
    homeFolder: house.settings().inForce.places.homeFolder,
    os: platform.host.os,
  });
  return {
    scopeOf: ({ id, createdMs }, rule, event) =>
      makeScope({
        rule,
        event,
        run: { id, createdMs },
        server: server(),
        timeZone: platform.host.timeZone,
      }),
    evaluate: (condition, { scope, signal }) =>
      evaluateCondition(condition, {
        scope,
        nowMs: platform.clock.now(),
        calendars: services.book().calendars,
        exists: (location) => lookAtLocation(location, services, signal),
      }),
    perform: (action, context) =>
      performAction(action, context).catch((thrown: unknown) => ({
        kind: 'failed' as const,
        error: asTransferError(thrown, 'action'),
      })),
    followers: (ended) => {
      const { events, refused } = afterRuleEvents(ended, services.book(), platform.clock.now());
      if (refused.length > 0) void alarms.raise(circleAlarm(ended.run.rule, refused));
      return events;
    },
  };
}

function circleAlarm(
  rule: string,
  refused: readonly string[],
): Parameters<RunServices['alarms']['raise']>[0] {
  return {
    kind: 'ruleFailed',
    cause: `circle:${rule}`,
    side: 'us',
    text: `rules run after each other in a circle; ${refused.join(', ')} was not run after ${rule}: break the circle in the settings`,
  };
}

import ssh2, {
  type BaseAgent,
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import { printable } from '../../core/printable.js';
import type { LoginStep } from './ssh-login.js';

/**
 * The keys of an ssh-agent as steps of their own, since ssh2 goes through an agent's keys by itself and then
 * forgets a partial success. Rejects with the agent's error when it cannot be reached.
 */
export async function agentSteps(agentPath: string, username: string): Promise<LoginStep[]> {
  const agent = ssh2.createAgent(agentPath);
  const keys = await agentKeys(agent);
  return keys.map((key, index) => ({
    name: `agent key ${index + 1} (${printable(key.comment || key.type, 80)})`,
    method: 'publickey',
    attempt: { type: 'agent', username, agent: new OneKeyAgent(agent, key) },
  }));
}

function agentKeys(agent: BaseAgent): Promise<ParsedKey[]> {
  return new Promise((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      if (error) reject(error);
      else resolve((keys ?? []).filter(isParsedKey));
    });
  });
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof (key as ParsedKey | undefined)?.getPublicSSH === 'function';
}

class OneKeyAgent extends ssh2.BaseAgent {
  readonly #agent: BaseAgent;
  readonly #key: ParsedKey;

  constructor(agent: BaseAgent, key: ParsedKey) {
    super();
    this.#agent = agent;
    this.#key = key;
  }

  override getIdentities(callback: IdentityCallback<ParsedKey>): void {
    callback(undefined, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    callback?: SignCallback,
  ): void {
    if (typeof options === 'function') this.#agent.sign(key, data, options);
    else if (callback !== undefined) this.#agent.sign(key, data, options, callback);
  }
}

import {
  S3Client as SdkClient,
  type S3ClientConfig,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { Platform } from '../../core/platform.js';
import { printable } from '../../core/printable.js';
import { asTransferError, cancelledError, TransferError } from '../../core/transfer-error.js';
import type { SessionTrace } from '../../core/wire-trace.js';
import { WSAECONNABORTED } from '../../core/winsock.js';
import { showPlace } from '../../net/tcp-dialer.js';
import { s3Error, type S3Refusal } from './s3-errors.js';
import type { S3Call, SdkRequest } from './s3-message.js';
import type { S3Options } from './s3-options.js';
import { S3Transport, type S3Head } from './s3-transport.js';

/** What is asked for, in words: `read /bucket/key`. */
export interface S3Task extends S3Call {
  readonly operation: string;
  /** Of ours besides those of the SDK; they are signed. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Command<Input extends ServiceInputTypes, Output extends ServiceOutputTypes> = Parameters<
  typeof SdkClient.prototype.send<Input, Output>
>[0];

/**
 * The SDK as we use it: it makes and signs requests and reads answers, and does nothing by itself. Sockets are our
 * dialer's, time is our clock's, everything else stands in the options; it retries nothing.
 */
export class S3Session {
  readonly place: string;
  readonly platform: Platform;
  readonly transport: S3Transport;
  readonly trace: SessionTrace;
  readonly #sdk: SdkClient;
  readonly #region: string;
  readonly #isSigned: boolean;

  constructor(options: S3Options, platform: Platform) {
    const { credentials } = options;
    const secrets = [credentials?.secretAccessKey, credentials?.sessionToken].filter(
      (each) => each !== undefined,
    );
    this.place = showPlace(options.host, options.port);
    this.platform = platform;
    this.trace = platform.trace.open(this.place, secrets);
    this.transport = new S3Transport(options, platform, this.trace);
    this.#region = options.region;
    this.#isSigned = credentials !== undefined;
    this.#sdk = makeSdk(options, this.transport);
    signByOurClock(this.#sdk, platform);
  }

  /** Sends one command. Rejects with what the server or the line said, as a TransferError. */
  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: Command<Input, Output>,
    task: S3Task,
  ): Promise<Output> {
    const options: HandlerOptions = { abortSignal: task.signal, call: task };
    if (task.headers !== undefined) addHeaders(command, task.headers);
    try {
      return await this.#sdk.send<Input, Output>(command, options);
    } catch (thrown) {
      throw this.#explained(thrown, task);
    }
  }

  close(): void {
    this.transport.close();
    this.#sdk.destroy();
  }

  #explained(thrown: unknown, task: S3Task): TransferError {
    if (thrown instanceof TransferError) return thrown;
    if (task.signal.aborted) return cancelledError(task.signal, task.phase);
    const head = this.transport.lastHead;
    const fields = thrown as ServiceFields;
    const isNamed = fields.$fault !== undefined;
    if (head === undefined) return asTransferError(thrown, task.phase);
    if (!isNamed && head.status < 300) return this.#senseless(thrown, task);
    const refusal = refusalOf(fields, head, this.#region);
    if (refusal.name !== undefined)
      this.trace.received(`${refusal.name}: ${printable(refusal.words ?? '', 300)}`);
    const { phase, operation } = task;
    const error = s3Error(refusal, { phase, place: this.place, operation, nowMs: this.platform.clock.now() });
    return !this.#isSigned && MISSING_SIGNATURE.has(head.status) ? error.with(UNSIGNED) : error;
  }

  #senseless(cause: unknown, { phase, operation }: S3Task): TransferError {
    return new TransferError({
      code: 'PROTOCOL_VIOLATION',
      lastCode: WSAECONNABORTED,
      phase,
      message: `${this.place}: ${operation}: the answer is not one of S3 (${printable(String(cause), 160)})`,
      cause,
    });
  }
}

/** Some servers call a request without signature malformed. */
const MISSING_SIGNATURE: ReadonlySet<number> = new Set([400, 401, 403]);

const UNSIGNED = {
  side: 'us',
  advice:
    'No access key was given, so nothing was signed: say user and password in the connection, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
} as const;

interface HandlerOptions {
  readonly abortSignal: AbortSignal;
  readonly call: S3Call;
}

interface AnyCommand {
  readonly middlewareStack: {
    add(middleware: unknown, options: { readonly step: 'build'; readonly name: string }): void;
  };
}

function addHeaders(command: object, headers: Readonly<Record<string, string>>): void {
  type Facts = { readonly request: { readonly headers: Record<string, string> } };
  const middleware = (next: (facts: Facts) => unknown) => (facts: Facts) => {
    Object.assign(facts.request.headers, headers);
    return next(facts);
  };
  (command as AnyCommand).middlewareStack.add(middleware, { step: 'build', name: 'tallymanHeaders' });
}

/** What the SDK's errors hold; the error itself is not passed on, since its answer holds the request with all headers. */
interface ServiceFields {
  readonly $fault?: string;
  readonly name?: string;
  readonly Code?: string;
  readonly message?: string;
  readonly Region?: string;
  readonly Endpoint?: string;
}

const NAMELESS: ReadonlySet<string | undefined> = new Set([
  'Unknown',
  'UnknownError',
  'Error',
  '',
  undefined,
]);

function refusalOf(fields: ServiceFields, { status, headers }: S3Head, ourRegion: string): S3Refusal {
  const name = fields.Code ?? fields.name;
  const isKnown = !NAMELESS.has(name) && fields.$fault !== undefined;
  const bucketRegion = headers['x-amz-bucket-region'];
  return {
    status,
    name: isKnown ? name : undefined,
    words: isKnown && !NAMELESS.has(fields.message) ? fields.message : undefined,
    headers,
    // Amazon names the bucket's region in other answers too.
    region: fields.Region ?? (bucketRegion === ourRegion ? undefined : bucketRegion),
    endpoint: fields.Endpoint,
  };
}

function makeSdk(options: S3Options, transport: S3Transport): SdkClient {
  // The SDK writes to stderr that it will want a newer Node one day; which one we run on, our package says.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const scheme = options.security === 'tls' ? 'https' : 'http';
  const config: S3ClientConfig = {
    ...NOTHING_FROM_OUTSIDE,
    region: options.region,
    endpoint: `${scheme}://${showPlace(options.host, options.port)}`,
    forcePathStyle: options.addressing === 'path',
    credentials: credentialsOf(options),
    ...(options.credentials === undefined ? { signer: { sign: unsigned } } : {}),
    requestHandler: {
      handle: async (request: SdkRequest, handler: HandlerOptions) => ({
        response: await transport.exchange(request, handler.call),
      }),
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
      destroy: () => undefined,
    } as never,
  };
  return new SdkClient(config);
}

/** Each of these the SDK would otherwise look for in the environment and in files of the home folder. */
const NOTHING_FROM_OUTSIDE: S3ClientConfig = {
  maxAttempts: 1,
  retryMode: 'standard',
  defaultsMode: 'standard',
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  useArnRegion: false,
  disableS3ExpressSessionAuth: true,
  followRegionRedirects: false,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  authSchemePreference: [],
  sigv4aSigningRegionSet: [],
  userAgentAppId: 'tallyman',
  expectContinueHeader: false,
};

function credentialsOf({ credentials }: S3Options) {
  if (credentials === undefined) return { accessKeyId: '', secretAccessKey: '' };
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  return {
    accessKeyId,
    secretAccessKey: secretAccessKey.reveal(),
    ...(sessionToken === undefined ? {} : { sessionToken: sessionToken.reveal() }),
  };
}

function unsigned<Request>(request: Request): Promise<Request> {
  return Promise.resolve(request);
}

function signByOurClock(sdk: SdkClient, { clock }: Platform): void {
  const inner = sdk.config.signer;
  sdk.config.signer = async (scheme) => {
    const signer = await inner(scheme);
    return {
      sign: (request: never, facts: object) =>
        signer.sign(request, { ...facts, signingDate: new Date(clock.now()) }),
    };
  };
}

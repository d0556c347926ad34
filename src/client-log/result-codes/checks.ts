/** Checks that many entries share. Upper-case words are to be filled in by the reader. */
export const TRY_PORT =
  'See whether the port answers: `nc -vz HOST PORT`, on Windows `Test-NetConnection HOST -Port PORT`.';
export const LOOK_UP_NAME = 'See what the name resolves to on this machine: `nslookup HOST`.';
export const TRACE_ROUTE = 'See how far packets get: `traceroute HOST`, on Windows `tracert HOST`.';
export const OWN_ADDRESSES =
  'See our own addresses and routes: `ip addr; ip route`, on Windows `ipconfig /all` and `route print`.';
export const OPEN_SOCKETS = 'Count the open sockets: `ss -s`, on Windows `netstat -an | find /c "TCP"`.';
export const TRY_LIST = 'Log in and list by hand: `tally list URL`.';
export const TRY_STAT = 'Look at the very path: `tally stat URL`.';
export const LIST_PARENT = 'List the folder above it: `tally list URL-OF-THE-FOLDER-ABOVE`.';
export const ASK_SERVER_LOG = "Ask the partner what their server's log says at the time of this line.";
export const SHOW_SETTINGS =
  'See which host, port, user and proxy are in force, and where each was set: `tally config show`.';
export const TRY_PROXY = 'See whether the proxy itself answers: `nc -vz PROXY-HOST PROXY-PORT`.';
export const LOCAL_SPACE = 'See how full our disk is: `df -h`, on Windows `fsutil volume diskfree C:`.';
export const LOCAL_RIGHTS = 'See who may do what there: `ls -ld PATH`, on Windows `icacls PATH`.';
export const SHOW_TLS =
  'See certificate and versions: `openssl s_client -connect HOST:PORT`; for explicit FTPS add `-starttls ftp`.';
export const SERVER_TRANSCRIPT =
  'See the command and the words of the server: repeat the transfer, the error message holds both.';
export const TRY_HTTP = 'Ask for the headers by hand: `curl -sSI URL`.';
export const TRY_HTTP_BODY = 'Read the words the server sends with it: `curl -sS -i URL`.';

"""OpenStack Swift with its S3 API in one process: proxy, account, container and object server on loopback.

Arguments: a folder of its own, the proxy's port, account, user, password, and a second user's name and password who
may do nothing that is not granted.
"""
import os
import sys
from array import array

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi as servers
from swift.common import constraints, storage_policy, utils, wsgi
from swift.common.ring import RingData
from swift.container import backend as backend_server

base, port, account, user, password, guest, guest_password = sys.argv[1:]
loopback = '127.0.0.1'
pool = eventlet.GreenPool(1000)
# A ring of two partitions, the fewest there can be: the first bit of the hash chooses.
PART_SHIFT = 31


class Cache(dict):
    """What memcached would keep."""

    def __bool__(self):
        return True

    def get(self, key, *_, **__):
        return dict.get(self, key)

    def set(self, key, value, **_):
        self[key] = value

    def delete(self, key, **_):
        self.pop(key, None)

    def incr(self, key, delta=1, **_):
        self[key] = int(dict.get(self, key, 0)) + delta
        return self[key]

    def decr(self, key, delta=1, **_):
        return self.incr(key, -delta)


def write(name, text):
    path = os.path.join(base, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def listen(number=0):
    return eventlet.listen((loopback, number), backlog=128)


def backend(kind, options=''):
    """One server behind the proxy, and the ring that leads to it."""
    socket = listen()
    number = socket.getsockname()[1]
    device = {
        'id': 0, 'region': 1, 'zone': 1, 'weight': 1.0, 'meta': '', 'device': 'disk', 'ip': loopback,
        'port': number, 'replication_ip': loopback, 'replication_port': number,
    }
    RingData([array('H', [0] * 2)], [device], PART_SHIFT).save(os.path.join(base, kind + '.ring.gz'))
    config = write(kind + '.conf', f'''[DEFAULT]
swift_dir = {base}
devices = {os.path.join(base, 'node')}
mount_check = false
log_level = WARNING
[pipeline:main]
pipeline = server
[app:server]
use = egg:swift#{kind}
{options}
''')
    return config, socket


def serve(socket, app):
    servers.server(socket, app, custom_pool=pool, log_output=False, keepalive=True, socket_timeout=60)


os.makedirs(os.path.join(base, 'node', 'disk'), exist_ok=True)
swift_conf = write('swift.conf', '''[swift-hash]
swift_hash_path_suffix = tallyman
[storage-policy:0]
name = only
default = yes
''')
for module in (utils, constraints, storage_policy):
    module.SWIFT_CONF_FILE = swift_conf
utils.HASH_PATH_SUFFIX = b'tallyman'
storage_policy.reload_storage_policies()

backends = [backend('account'), backend('container'), backend('object', 'disable_fallocate = true')]
for config, socket in backends:
    eventlet.spawn(serve, socket, wsgi.loadapp(config))

inner = wsgi.loadapp(write('proxy.conf', f'''[DEFAULT]
swift_dir = {base}
log_level = WARNING
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
storage_domain = localhost
min_segment_size = 1
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {password} .admin
user_{account}_{guest} = {guest_password}
[filter:slo]
use = egg:swift#slo
'''))
cache = Cache()


def add_rows(path, names):
    """Rows of a listing alone, for those who want thousands at once."""
    _, owner, container = path.split('/')[-3:]
    hashed = utils.hash_path(owner, container)
    folder = utils.storage_directory(backend_server.DATADIR, int(hashed[:8], 16) >> PART_SHIFT, hashed)
    broker = backend_server.ContainerBroker(
        os.path.join(base, 'node', 'disk', folder, hashed + '.db'), account=owner, container=container)
    now = utils.Timestamp.now().internal
    etag = 'd41d8cd98f00b204e9800998ecf8427e'
    broker.merge_items([
        {'name': name, 'created_at': now, 'size': 0, 'content_type': 'text/plain', 'etag': etag, 'deleted': 0,
         'storage_policy_index': 0, 'ctype_timestamp': now, 'meta_timestamp': now}
        for name in names])


def proxy(env, start_response):
    if env['REQUEST_METHOD'] == 'ROWS':
        add_rows(env['PATH_INFO'], env['wsgi.input'].read().decode('utf8').split('\n'))
        start_response('201 Created', [('Content-Length', '0')])
        return [b'']
    env['swift.cache'] = cache
    return inner(env, start_response)


serve(listen(int(port)), proxy)

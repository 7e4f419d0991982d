const TOKEN = `import json, sys, urllib.parse, urllib.request


def call(url, headers={}, data=None):
    request = urllib.request.Request(url, headers=headers, data=data)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def token(resource):
    query = urllib.parse.urlencode({"api-version": "2018-02-01", "resource": resource})
    url = "http://169.254.169.254/metadata/identity/oauth2/token?" + query
    return call(url, {"Metadata": "true"})["access_token"]
`;

/** Reads one secret of Key Vault as the machine's own identity. The secret's id says in which vault. */
export const READ_SECRET = `#!/usr/bin/python3
${TOKEN}

secret = sys.argv[1]
if not secret.startswith("https://"):
    vault, name = secret.split("/")[-3::2]
    secret = f"https://{vault}.vault.azure.net/secrets/{name}"
login = {"Authorization": "Bearer " + token("https://vault.azure.net")}
print(call(secret.rstrip("/") + "?api-version=7.4", login)["value"], end="")
`;

/** Exchanges the machine's own identity for a login to one Azure container registry. */
export const REGISTRY_LOGIN = `#!/usr/bin/python3
${TOKEN}

host = sys.argv[1]
form = {"grant_type": "access_token", "service": host, "access_token": token("https://containerregistry.azure.net/")}
answer = call(f"https://{host}/oauth2/exchange", data=urllib.parse.urlencode(form).encode())
print(json.dumps({"username": "00000000-0000-0000-0000-000000000000", "password": answer["refresh_token"]}))
`;

/** Waits for the news that this machine is to go, lets the service end what it has begun, and says so. */
export const DRAIN = `#!/usr/bin/python3
import subprocess, time
${TOKEN}

METADATA = "http://169.254.169.254/metadata/"
EVENTS = METADATA + "scheduledevents?api-version=2020-07-01"
HEADERS = {"Metadata": "true"}


def drain():
    name = call(METADATA + "instance/compute?api-version=2021-02-01", HEADERS)["name"]
    while True:
        for event in call(EVENTS, HEADERS)["Events"]:
            if event["EventType"] in ("Terminate", "Preempt") and name in event["Resources"]:
                subprocess.run(["systemctl", "stop", "coverstack.service"])
                answer = {"StartRequests": [{"EventId": event["EventId"]}]}
                urllib.request.urlopen(urllib.request.Request(EVENTS, json.dumps(answer).encode(), HEADERS), timeout=30)
        time.sleep(5)


drain()
`;

/** Starts the program above with the machine, and again whenever the metadata service did not answer. */
export const DRAIN_UNIT = `[Unit]
Description=coverstack: drain before termination
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/local/sbin/coverstack-drain
Restart=always
RestartSec=10

[Install]
WantedBy=multi-user.target
`;

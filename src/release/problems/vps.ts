/** Failures on a server. */
import type { Wording } from './wording.ts'

const LOOK = 'ssh -p {port} {user}@{address}'

export const VPS = {
  'vps.unreachable': {
    what: '{name} ({address}:{port}) cannot be reached: {message}.',
    why: 'Nothing was done there in this step, or it goes on without us.',
    remedy: 'Check that the server is up and that this machine may reach it, then look again.',
    copy: 'retry',
    shell: LOOK,
    passing: true,
  },
  'vps.no-banner': {
    what: '{name} accepts the connection and then says nothing ({message}).',
    why: 'Its sshd hangs, which an overloaded or half-started server does.',
    remedy: "Look at the server's load from its provider's console, then look again.",
    copy: 'retry',
    passing: true,
  },
  'vps.host-key-unknown': {
    what: 'The host key of {name} ({address}:{port}) is not pinned; it shows {fingerprint}.',
    why: 'Slipway speaks only to servers whose key is in known_hosts, so that nobody can stand in for yours.',
    remedy:
      'Compare it with what "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" prints on the server. Only when both are the same: the command pins the key and prints its fingerprint once more; then try again.',
    copy: 'retry',
    shell: 'ssh-keyscan -p {port} {address} | tee -a {file} | ssh-keygen -lf -',
  },
  'vps.host-key-changed': {
    what: 'The host key of {name} ({address}:{port}) is not the pinned one; it now shows {fingerprint}.',
    why: 'Either the server was set up again, or somebody else answers in its place. Nothing was sent to it.',
    remedy:
      'Ask whoever runs the server. Only when they confirm the new fingerprint: the command removes the old key; then try again, and the next card says how to pin the new one.',
    copy: 'retry',
    shell: "ssh-keygen -R '{known}' -f {file}",
  },
  'vps.refused-key': {
    what: '{name} refused the key for {user}@{address}.',
    why: "The configured key is not in that user's authorized_keys, or the server accepts other methods only.",
    remedy: 'Add the public key there, or correct vps.hosts.ssh.key in slipway.yaml, then look again.',
    copy: 'retry',
    shell: LOOK,
  },
  'vps.key-unreadable': {
    what: 'The key for {name} cannot be used: {message}.',
    why: 'Without it nobody can log in to {user}@{address}.',
    remedy:
      'Correct vps.hosts.ssh.key in slipway.yaml: the file has to be readable by the bot and without a passphrase.',
    copy: 'retry',
  },
  'vps.lost': {
    what: 'The connection to {name} was lost: {message}.',
    why: 'A command was under way, so its result is not known; every command here may be repeated.',
    remedy: 'Look again; what is already done is recognised.',
    copy: 'retry',
    passing: true,
  },
  'vps.timeout': {
    what: '{name} did not answer in time: {message}.',
    why: 'The command hangs, or the server is very slow.',
    remedy: 'Look at the server, then look again.',
    copy: 'retry',
    shell: LOOK,
    passing: true,
  },
  'vps.no-sftp': {
    what: '{name} offers no sftp: {message}.',
    why: 'The release commit and the web build are brought there through sftp.',
    remedy: 'Enable the sftp subsystem in sshd_config on the server, then look again.',
    copy: 'retry',
  },
  'vps.ssh-failed': {
    what: 'Talking to {name} over ssh failed: {message}.',
    why: 'The session ended in a way that has no better name.',
    remedy: 'Try by hand what ssh says, then look again.',
    copy: 'retry',
    shell: LOOK,
  },
  'vps.command-failed': {
    what: 'On {name} this command failed with exit code {code}: {command}',
    why: 'The step needs it; the lines below are what it said.',
    remedy: 'Fix what it complains about on the server, then look again.',
    copy: 'retry',
  },
  'vps.odd-answer': {
    what: '{name} answered something else than {wanted}.',
    why: "A login script of the server's user probably prints text of its own.",
    remedy: 'Keep .bashrc and the like silent for sessions that are not interactive, then look again.',
    copy: 'retry',
  },
  'vps.git-too-old': {
    what: 'git on {name} says "{found}"; {needed} or newer is needed.',
    why: 'Only since {needed} can the origin be pinned, which keeps everything but the release commit off the server.',
    remedy: 'Install a newer git on the server, then look again.',
    copy: 'retry',
  },
  'vps.branch': {
    what: 'The checkout {directory} on {name} is on {found}, following {follows}; it has to be on {branch}, following origin/{branch}.',
    why: "The deployment script's own git pull would bring something else or fail.",
    remedy: 'Put the checkout on the release branch, then look again.',
    copy: 'retry',
    shell: "ssh -p {port} {user}@{address} 'cd {directory} && git checkout {branch} && git branch -u origin/{branch}'",
  },
  'vps.no-origin': {
    what: 'The checkout {directory} on {name} has {count} addresses for its remote origin; exactly one is needed.',
    why: 'The pin replaces that one address while the release is brought there.',
    remedy: 'Give the checkout one origin, then look again.',
    copy: 'retry',
  },
  'vps.dirty': {
    what: 'On {name}, tracked files in {directory} were changed by hand ({count}).',
    why: 'git pull would stop at them, or the server would serve something that is in no commit.',
    remedy: 'See what was changed, bring it into the repository or undo it, then look again.',
    copy: 'retry',
    shell: "ssh -p {port} {user}@{address} 'cd {directory} && git status && git diff'",
  },
  'vps.diverged': {
    what: 'The checkout {directory} on {name} is at {found}, which the release commit {commit} does not contain.',
    why: 'Somebody committed on the server, or it is ahead of the release; a pull could not fast-forward.',
    remedy: 'See which commits are only there, bring them into the repository or drop them, then look again.',
    copy: 'retry',
    shell: "ssh -p {port} {user}@{address} 'cd {directory} && git status -sb && git log --oneline -10'",
  },
  'vps.in-the-way': {
    what: 'In {directory} on {name}, files stand in the way of {version}.',
    why: 'The release brings files under these names, and git does not overwrite what it does not know.',
    remedy: 'Move the files away on the server, then look again.',
    copy: 'retry',
  },
  'vps.bundle-failed': {
    what: 'The release commit could not be packed for {name} (exit code {code}).',
    why: "git in the bot's own clone refused; the log says why.",
    remedy: 'Look again; the pack is made anew each time.',
    copy: 'retry',
  },
  'vps.staged-changed': {
    what: 'The {thing} that lies on {name} is {found}; it has to be {wanted}.',
    why: 'What was staged and approved is no longer what lies there, so nothing was switched.',
    remedy:
      'Find out who changed the job folder on the server before anything else; then look again, or cancel and deploy anew.',
    copy: 'retry',
  },
  'vps.pull-failed': {
    what: 'git pull failed in {directory} on {name}.',
    why: 'The lines below are what git said; the checkout is as it was.',
    remedy: 'Fix what it complains about on the server, then look again.',
    copy: 'retry',
  },
  'vps.not-at-release': {
    what: 'The checkout on {name} is at {found}, not at the release commit {wanted}.',
    why: 'Somebody moved the checkout, or the deployment script did, so what it serves was not released.',
    remedy: 'Find out what moved it; then look again.',
    copy: 'retry',
  },
  'vps.deploy-failed': {
    what: 'The deployment script on {name} ended with exit code {code}.',
    why: 'The site may be down or half updated. The lines below are from its log.',
    remedy: 'Read the whole log on the server, fix the cause, and look again: that runs the script again.',
    copy: 'retry #{number}',
    shell: "ssh -p {port} {user}@{address} 'cat {log}'",
  },
  'vps.deploy-cancelled': {
    what: 'The deployment script on {name} was ended half way.',
    why: '#{number} was cancelled while it ran, so {name} may serve something between the two versions.',
    remedy: 'Read how far it came, and deploy again or put the server right by hand.',
    shell: "ssh -p {port} {user}@{address} 'cat {log}'",
  },
  'vps.deploy-alive': {
    what: 'The deployment script on {name} was told to end and still runs.',
    why: 'Something of it cannot be ended, so the server could still change.',
    remedy: 'Look on the server at what hangs.',
    shell: "ssh -p {port} {user}@{address} 'cat {log}'",
  },
  'vps.script-runs': {
    what: 'On {name}, a deployment script of an earlier deployment still runs (process {pid}).',
    why: 'Two at once would change the same site against each other.',
    remedy: 'Wait until it has ended, or end it on the server; then try again. The command shows what it does.',
    copy: 'retry',
    shell: "ssh -p {port} {user}@{address} 'ps -o pid,etime,args -g {pid}; tail {folder}/log'",
  },
  'vps.deploy-lost': {
    what: 'The deployment script on {name} is gone without an exit code.',
    why: 'The server was restarted or somebody ended it, so how far it came is not known.',
    remedy: 'See on the server how far it came; when it may run again, look again.',
    copy: 'retry #{number}',
    shell: "ssh -p {port} {user}@{address} 'cat {log}'",
  },
  'vps.deploy-not-started': {
    what: 'The deployment script on {name} did not start.',
    why: 'The server took the command and no process followed; setsid or nohup may be missing there.',
    remedy:
      'Check that setsid, nohup and sh work for {user} on {address}:{port} (its log would be {log}), then look again.',
    copy: 'retry #{number}',
  },
  'vps.deploy-running': {
    what: 'The deployment script on {name} still runs, and the time for this step is over.',
    why: 'It was not ended: ending it in the middle could leave the site down.',
    remedy: 'Watch its log; looking again takes it up where it is, without starting it twice.',
    copy: 'retry',
    shell: "ssh -p {port} {user}@{address} 'tail -f {log}'",
    passing: true,
  },
  'vps.status-failed': {
    what: 'After the deployment, "{command}" on {name} ended with exit code {code}.',
    why: 'The services that should run there do not, whatever the deployment script said.',
    remedy: 'Look at the services on the server, then look again.',
    copy: 'retry',
  },
  'vps.serves-other': {
    what: '{url} serves {found}; {wanted} was just deployed on {name}.',
    why: 'The script ended well and the site did not change: an old build, a cache, or another server answers.',
    remedy: 'See what the services on the server run, then look again.',
    copy: 'retry',
  },
  'vps.serves-nothing': {
    what: '{url} does not say which version it serves after the deployment on {name}: {found}. Wanted: {wanted}.',
    why: 'The site is down, or its build does not hold version.json.',
    remedy: 'See what the services on the server run, then look again.',
    copy: 'retry',
    passing: true,
  },
} as const satisfies Record<string, Wording>

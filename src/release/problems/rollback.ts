/** Failures of a rollback. The other undo steps run all the same, and whoever reads this may have been asleep. */
import type { Wording } from './wording.ts'

const LOOK = 'ssh -p {port} {user}@{address}'

export const ROLLBACK = {
  'rollback.nothing': {
    what: 'There is nothing that a rollback of #{number} could take back.',
    why: 'Nothing of it took effect outside, or it was the first release, with nothing before it to go back to.',
    remedy: 'See what each place has now.',
    copy: 'verify',
  },
  'rollback.not-kept': {
    what: 'Going back to {version} is not possible on {places}.',
    why: 'Nothing was kept there when {version} was replaced: what it has now came with a later release.',
    remedy: 'Go back to a later version, or release {version} again as a new one.',
    copy: 'rollback',
  },
  'rollback.dirty': {
    what: 'On {name}, tracked files in {directory} were changed by hand ({count}), so it was not put back to {to}.',
    why: 'Going back would lose those changes. The server is as it was.',
    remedy: 'See what was changed, save it or undo it; then put the server back by the runbook.',
    shell: `${LOOK} 'cd {directory} && git status && git diff'`,
  },
  'rollback.script-alive': {
    what: 'On {name}, the deployment script (process {pid}) was told to end, was killed, and still runs. The server was not put back.',
    why: 'It would change the same files against the rollback.',
    remedy: 'End it as root, or restart the machine; then put the server back by the runbook.',
    shell: `${LOOK} 'ps -o pid,stat,etime,user,args -g {pid}; tail {folder}/log'`,
  },
  'rollback.script-runs': {
    what: 'On {name}, a script of another deployment still runs (process {pid}), so the server was not put back.',
    why: 'The script would change the same files against the rollback.',
    remedy: 'Wait until it has ended, or end it on the server; then put the server back by the runbook.',
    shell: `${LOOK} 'ps -o pid,etime,args -g {pid}; tail {folder}/log'`,
  },
  'rollback.command-failed': {
    what: 'On {name}, everything is back in its place, and "{command}" {ended}.',
    why: 'The services may be down, or still run what was deployed.',
    remedy: 'Read its log on the server, and start the services by hand.',
    shell: `${LOOK} 'cat {log}'`,
  },
  'rollback.not-in-place': {
    what: 'On {name}, the checkout or what was kept of it is not as it was at {wanted}, after it was put back.',
    why: 'Something on the server changes it at the same time.',
    remedy: 'Find out what changes it, and put the server back by the runbook.',
    shell: LOOK,
  },
  'rollback.services': {
    what: 'After the rollback, "{command}" on {name} ended with exit code {code}.',
    why: 'The files are back, and the services that should serve them do not run.',
    remedy: 'Start the services on the server by hand.',
    shell: LOOK,
  },
  'rollback.aur-moved': {
    what: 'Somebody pushed to {package} on the AUR after the rollback was approved: {author}, {when}: {subject} ({head}).',
    why: 'Going back now would replace what they changed, and nobody was asked about that. The AUR is as they left it.',
    remedy: 'Speak with them; then put the package right on the AUR by hand, on top of their commit.',
    shell: 'git clone {url} {package} && cd {package} && git log --stat -3',
  },
  'rollback.aur-empty': {
    what: 'The repository of {package} on the AUR is empty.',
    why: 'Somebody removed the package, or {url} is not where it was submitted.',
    remedy: 'Look at the package on the AUR before anything else.',
    shell: 'git ls-remote {url}',
  },
  'rollback.aur-files': {
    what: 'The files that {package} had on the AUR before could not be read ({code}).',
    why: "The bot's clone of the AUR lacks them or is damaged. The AUR is as it was.",
    remedy: 'Put the files of the commit before back by hand, as a new commit.',
  },
  'rollback.publish-named': {
    what: 'The package stays at {url}: {package} on the AUR still names it.',
    why: 'Installs from the AUR would fail without it.',
    remedy: 'Take the AUR back first; then remove the file by hand.',
  },
  'rollback.publish-unclear': {
    what: 'Whether {url} is the package of this deployment cannot be told: {answer}.',
    why: 'A file that may be of somebody else is never removed.',
    remedy: 'Download it, compare its sha256 with the one on the cards, and remove it by hand where they are the same.',
    shell: 'curl -sL {url} | sha256sum',
  },
  'rollback.publish-unreachable': {
    what: 'The package could not be withdrawn from {url}: {host} says {message}.',
    why: 'It is still public. Nobody meets it unless something names it.',
    remedy: 'Remove or rename the file on {host} by hand.',
    passing: true,
  },
  'rollback.tag-not-removed': {
    what: 'The tag {tag} is still on {url} (git ended with {code}).',
    why: 'The origin refused to remove it, as it does with a protected tag.',
    remedy: 'Let the bot remove tags there, or remove it by hand.',
    shell: 'git push {url} :refs/tags/{tag}',
  },
  'rollback.git-refused': {
    what: 'The origin {url} refuses the commits that take this release back on {branch}.',
    why: 'A protected branch or a hook stands in the way; the lines below are what it said. The branch is as it was.',
    remedy: 'Revert the release commits through a merge request, or let the bot push to {branch}.',
  },
  'rollback.git-races': {
    what: 'The release commits are still on {branch}: somebody else pushed first {tries} times.',
    why: 'Others push there all the time; nothing of theirs was touched.',
    remedy: 'Revert the release commits by hand when it is quieter.',
    passing: true,
  },
  'rollback.git-conflict': {
    what: 'Commit {commit} on {branch} cannot be taken back by itself: later commits changed the same lines.',
    why: "The files are listed below. Nobody else's work is undone by the bot, so {branch} is as it was.",
    remedy: 'Revert it by hand and decide about those lines.',
    shell: 'git fetch {url} {branch} && git checkout FETCH_HEAD && git revert {commit}',
  },
  'rollback.git-failed': {
    what: '"{command}" failed while the release commits were taken back (exit code {code}).',
    why: 'The log says why; the branch on the origin is as it was.',
    remedy: 'Revert the release commits by hand.',
  },
  'rollback.not-back': {
    what: 'After the rollback, {failed} of {count} checks failed, against {version}.',
    why: 'Users may have something between two versions. The checks are listed below.',
    remedy: 'Go through the runbook, component by component, then verify again.',
    copy: 'verify',
  },
} as const satisfies Record<string, Wording>

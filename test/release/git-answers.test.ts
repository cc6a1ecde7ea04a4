import { describe, expect, test } from 'vitest'
import { readGitAnswer, sshHostOf } from '../../src/release/git-answers.ts'

describe('what a remote says when it refuses', () => {
  test.each([
    ["! [rejected] master -> master (fetch first)\nerror: failed to push some refs to 'x'", 'moved'],
    ['! [rejected] master -> master (non-fast-forward)', 'moved'],
    ["remote: error: cannot lock ref 'refs/heads/master': is at abc but expected def", 'moved'],
    ['remote: error: GH006: Protected branch update failed for refs/heads/master.', 'protected'],
    ['! [remote rejected] HEAD -> master (pre-receive hook declined)', 'protected'],
    [
      'ERROR: The key you are authenticating with has been marked as read only.\nfatal: Could not read from remote',
      'read-only',
    ],
    ['remote: Permission to a/b.git denied to ana.\nfatal: unable to access: 403', 'read-only'],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'missing'],
    ["fatal: '/srv/x.git' does not appear to be a git repository\nfatal: Could not read from remote", 'missing'],
    ['@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@\nHost key verification failed.', 'host-key-changed'],
    ['No ED25519 host key is known for h and you have requested strict checking.', 'host-key-unknown'],
    ['Host key verification failed.\nfatal: Could not read from remote repository.', 'host-key-unknown'],
    ['git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'refused-key'],
    ['ssh: Could not resolve hostname h: Name or service not known', 'unreachable'],
    ['kex_exchange_identification: Connection closed by remote host', 'unreachable'],
    ['fatal: bad object refs/heads/master', 'other'],
  ])('%j means %s', (text, answer) => {
    expect(readGitAnswer(text)).toBe(answer)
  })
})

test.each([
  ['git@github.com:a/b.git', { host: 'github.com', port: 22 }],
  ['ssh://aur@aur.archlinux.org/b.git', { host: 'aur.archlinux.org', port: 22 }],
  ['ssh://git@[::1]:2222/b.git', { host: '::1', port: 2222 }],
  ['https://github.com/a/b.git', undefined],
  ['/srv/origin.git', undefined],
])('the ssh host of %s', (url, host) => {
  expect(sshHostOf(url)).toEqual(host)
})

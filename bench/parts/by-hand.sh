#!/usr/bin/env bash
# by-hand.sh: the release of the sandbox as one would script it, the same commands one after the other. Everything it works on
# comes in the environment: WORK BUILDER ORIGIN AUR PUBLISHED PUBLISHED_URL APP SITE AUR_WEB CA CHECKOUT SSH_TO SSH_PORT KEY KNOWN BURN.
set -euo pipefail
version=3.1.3 build=001 package=harbour
export GIT_AUTHOR_NAME=you GIT_AUTHOR_EMAIL=you@localhost GIT_COMMITTER_NAME=you GIT_COMMITTER_EMAIL=you@localhost
file=$package-$version-$build-x86_64.tar.gz
ssh_options=(-F /dev/null -i "$KEY" -p "$SSH_PORT" -o IdentitiesOnly=yes -o "UserKnownHostsFile=$KNOWN" -o StrictHostKeyChecking=yes -o BatchMode=yes
  -o ControlMaster=auto -o ControlPersist=60 -o "ControlPath=$WORK/ssh")
# One connection for all commands, as one would.
trap 'ssh "${ssh_options[@]}" -O exit "$SSH_TO" 2>/dev/null || true' EXIT
server() { ssh "${ssh_options[@]}" "$SSH_TO" "$@"; }
# What is the repository's own runs as BUILDER, where there is one: first whose folder it is, then the program.
as_builder() {
  local folder=$1
  shift
  [ -n "$BUILDER" ] || { "$@"; return; }
  chown -R "$BUILDER" "$folder"
  runuser -u "$BUILDER" -- setpriv --no-new-privs env "HOME=$WORK/home" "$@"
}
get() { curl -fsS --cacert "$CA" "$@"; }

preflight() {
  git ls-remote --heads "$ORIGIN"
  git --version && ssh -V && makepkg --version && flutter --version
  df -Pk "$WORK"
  git clone --quiet "$ORIGIN" "$WORK/clone"
  cd "$WORK/clone"
  git log --oneline "v3.1.2+001..HEAD"
  git push --dry-run origin HEAD:master
  git ls-remote "$AUR"
  ! git rev-parse --verify --quiet "refs/tags/v$version+$build"
  get "$AUR_WEB/rpc/v5/info?arg\[\]=$package"
  ! get "$PUBLISHED_URL/$file"
  server git -C "$CHECKOUT" --version
  server git -C "$CHECKOUT" status --porcelain=v2 --branch
  server git -C "$CHECKOUT" config --get-all remote.origin.url
  server df -Pk "$CHECKOUT"
}

set_version() {
  sed -i "s/^version: .*/version: $version+$build/" pubspec.yaml
  sh scripts/deploy/sync_versions.sh
  ! git grep -l --fixed-strings 3.1.2 -- pubspec.yaml assets lib
  git commit --quiet --all --message "Release $version"
  git push --quiet origin HEAD:master
  git ls-remote --heads "$ORIGIN" refs/heads/master
}

build_target() {
  git clone --quiet --no-hardlinks "$WORK/clone" "$WORK/$1"
  cd "$WORK/$1"
  as_builder . flutter clean
  as_builder . flutter pub get
  as_builder . "$BURN_NODE" -e "$BURN"
  as_builder . flutter build "$1" --release
}

package() {
  mkdir "$WORK/package"
  cp -r "$WORK/linux/build/linux/x64/release/bundle" "$WORK/package/$package-$version"
  tar -czf "$WORK/$file" -C "$WORK/package" "$package-$version"
  cp "$WORK/$file" "$PUBLISHED/$file"
  get -o "$WORK/back" "$PUBLISHED_URL/$file"
  cmp "$WORK/$file" "$WORK/back"
}

test_package() {
  sum=$(sha256sum "$WORK/$file" | cut -d ' ' -f 1)
  git clone --quiet "$AUR" "$WORK/aur"
  cp -r "$WORK/clone/aur-package" "$WORK/makepkg"
  cd "$WORK/makepkg"
  sed -i "s/^pkgver=.*/pkgver=$version/; s/3\.1\.2-001/$version-$build/; 0,/'[0-9a-f]\{64\}'/s//'$sum'/" PKGBUILD
  cp -r . "$WORK/source"
  as_builder . makepkg --force --noconfirm --noprogressbar --nodeps --ignorearch
  mkdir "$WORK/root"
  tar -xf "$package-$version"-*.pkg.tar* -C "$WORK/root"
  as_builder "$WORK/root" "$WORK/root/usr/bin/$package" --version
  as_builder . makepkg --printsrcinfo >"$WORK/source/.SRCINFO"
  cp -r "$WORK/source/." "$WORK/aur"
  cd "$WORK/aur"
  git add --all
  git commit --quiet --message "Update to $version"
  git diff HEAD~ HEAD
}

stage() {
  server git -C "$CHECKOUT" status --porcelain=v2 --branch
  server mkdir -p keep/build
  server cp -a "$CHECKOUT/build/web" keep/build
  tar -czf "$WORK/web.tar.gz" -C "$WORK/web/build/web" .
  server 'cat >web.tar.gz' <"$WORK/web.tar.gz"
  server 'rm -rf staged && mkdir staged && tar -xzf web.tar.gz -C staged'
}

switch() {
  git push --quiet origin HEAD:master
  git ls-remote "$AUR" refs/heads/master
  server git -C "$CHECKOUT" fetch --quiet origin
  server git -C "$CHECKOUT" merge --quiet --ff-only origin/master
  server "rm -rf $CHECKOUT/build/web && mv staged $CHECKOUT/build/web"
  server "cd $CHECKOUT && ./scripts/deploy/update_and_deploy.sh"
  server "cd $CHECKOUT && ./scripts/deploy/status.sh"
}

verify() {
  cd "$WORK/clone"
  git fetch --quiet origin
  git show HEAD:pubspec.yaml HEAD:assets/version.json HEAD:aur-package/PKGBUILD
  get "$APP/version.json" | grep "\"version\":\"$version\""
  get --head "$SITE"
  get "$AUR_WEB/rpc/v5/info?arg\[\]=$package" | grep "$version"
  get -o "$WORK/again" "$PUBLISHED_URL/$file"
  sha256sum "$WORK/again" | grep "$sum"
  git clone --quiet --bare "$AUR" "$WORK/aur-again"
  server git -C "$CHECKOUT" rev-parse HEAD | grep "$(git rev-parse HEAD)"
  git clone --quiet "$WORK/clone" "$WORK/own"
  (cd "$WORK/own" && as_builder . ./scripts/deploy/verify_deployment.sh)
}

finish() {
  git tag --annotate --message "Release $version" "v$version+$build"
  git push --quiet origin "v$version+$build"
  sed -i "s/3\.1\.2/$version/g" README.md
  git diff --quiet || git commit --quiet --all --message "Document $version"
  git push --quiet origin HEAD:master
}

mkdir "$WORK/home"
[ -z "$BUILDER" ] || chown "$BUILDER" "$WORK/home"
preflight
set_version
build_target linux
build_target web
package
test_package
stage
cd "$WORK/aur"
switch
verify
finish

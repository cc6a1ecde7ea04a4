/** How a program that is missing is installed: Debian's command, and Arch's behind it. */

/** Debian's package where its name is not the program's; pacman has all of these. */
const PACKAGES: Readonly<Record<string, string>> = {
  bsdtar: 'apt-get install libarchive-tools  # Arch: pacman -S libarchive',
  ssh: 'apt-get install openssh-client  # Arch: pacman -S openssh',
  makepkg: 'apt-get install makepkg pacman-package-manager  # Arch: pacman -S base-devel',
  git: 'apt-get install git  # Arch: pacman -S git',
  npm: 'apt-get install npm  # Arch: pacman -S npm',
  flutter:
    'git clone --branch stable https://github.com/flutter/flutter.git /opt/flutter  # then /opt/flutter/bin on PATH',
}

/** One line for a shell. */
export function installCommand(program: string): string {
  return PACKAGES[program] ?? `apt-get install ${program}  # Arch: pacman -S ${program}`
}

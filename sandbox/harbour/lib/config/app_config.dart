/// What the program says about itself.
class AppConfig {
  static const String appName = 'Harbour';

  // Kept in step with pubspec.yaml by scripts/deploy/sync_versions.sh.
  static const String appVersion = '3.1.2';
}

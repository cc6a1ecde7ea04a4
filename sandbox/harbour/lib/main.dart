import 'config/app_config.dart';

void main() {
  print('${AppConfig.appName} ${AppConfig.appVersion}');
}

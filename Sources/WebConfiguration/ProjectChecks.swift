import Diagnostics
import Projects
import XMLDocumentTransform

/// The warnings that Visual Studio's Python Tools gave when a project and its web.config disagree.
enum ProjectChecks {
    /// Compares `config` with the project it belongs to.
    static func compare(_ project: Project, with config: WebConfig, host: HostKind) -> [Diagnostic] {
        var found: [Diagnostic] = []
        if host == .iisFastCGI {
            found += handlerFindings(project, config)
        }
        let settings =
            config.appSetting("DJANGO_SETTINGS_MODULE")
            ?? config.environmentVariables.last { $0.name == "DJANGO_SETTINGS_MODULE" }
        if project.framework == .django, let settings, let expected = project.djangoSettingsModule,
            settings.value != expected
        {
            found.append(
                .warning(
                    "django-settings-mismatch",
                    "'DJANGO_SETTINGS_MODULE' is '\(settings.value)' here and '\(expected)' in the project",
                    at: settings.location, hint: "change one of them"))
        }
        return found
    }

    private static func handlerFindings(_ project: Project, _ config: WebConfig) -> [Diagnostic] {
        let application = project.application.map { "\($0.module).\($0.callable)" }
        if project.wsgiHandler == nil, let application, project.application?.isASGI == true,
            [nil, application].contains(config.appSetting("WSGI_HANDLER")?.value)
        {
            return [
                .warning(
                    "wfastcgi-asgi", "'\(application)' is an ASGI application, and wfastcgi runs WSGI only",
                    at: config.appSetting("WSGI_HANDLER")?.location ?? .init(file: config.file),
                    hint: "run it with '\(HostKind.iisHTTPPlatform.rawValue)': see 'ptvsd-publish init'")
            ]
        }
        guard let handler = config.appSetting("WSGI_HANDLER") else {
            return [
                .warning(
                    "wsgi-handler-missing",
                    "there is no 'WSGI_HANDLER', so wfastcgi cannot find the site's code",
                    at: .init(file: config.file),
                    hint: "add the application setting"
                        + (project.wsgiHandler.map { " with the value '\($0)'" } ?? ""))
            ]
        }
        if handler.value.contains("ptvs_virtualenv_proxy") {
            return [
                .warning(
                    "virtualenv-proxy",
                    "'WSGI_HANDLER' goes through 'ptvs_virtualenv_proxy', which starts no debugger",
                    at: handler.location, hint: "name the site's own handler")
            ]
        }
        if let expected = project.declaredWSGIHandler, expected != handler.value {
            return [
                .warning(
                    "wsgi-handler-mismatch",
                    "'WSGI_HANDLER' is '\(handler.value)' here and '\(expected)' in the project",
                    at: handler.location, hint: "change one of them")
            ]
        }
        guard handler.value.contains(".") else {
            return [
                .warning(
                    "wsgi-handler-module",
                    "'WSGI_HANDLER' names the module '\(handler.value)', not what to call in it",
                    at: handler.location,
                    hint: "append the application's name, such as '\(handler.value).app'")
            ]
        }
        return []
    }

    /// A warning when the build configuration's name is nearly, but not quite, that of a usual one: any name is
    /// legal, and a misspelt `Debug` would publish without the endpoint.
    static func misspelling(of configuration: String) -> Diagnostic? {
        let usual = ["Debug", "Release"]
        guard let meant = NearestName.nearest(to: configuration, among: usual),
            !usual.contains(where: { $0.lowercased() == configuration.lowercased() })
        else { return nil }
        return .warning(
            "configuration-misspelt",
            "the configuration '\(configuration)' is taken as it is: it is not '\(meant)'",
            hint: "did you mean '--configuration \(meant)'?")
    }

    /// A warning for each property that Python Tools once honoured and now ignore.
    static func ignoredProperties(of project: Project) -> [Diagnostic] {
        project.ignoredProperties.map {
            .warning(
                "property-ignored", "the property '\($0.name)' has no effect any more", at: $0.location,
                hint: "say it in web.config and remove it here")
        }
    }
}

import Diagnostics
import Projects
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

extension Check {
    /// What a Debug publish makes of the project.
    static let configuration: [Check] = [
        Check(
            "web-config-missing", .warning, in: .configuration,
            title: "The project has no web.config, though its site runs on IIS",
            looksAt: "web.config in the project's folder, where the last Debug publish was for IIS",
            meaning: """
                Without '--host', the next publish fails if the project lists the file; if it does not, it makes a \
                site for Linux, which IIS does not run.
                """,
            wayOut: "restore it, or 'ptvsd-publish init' writes one"
        ) { configuration in
            guard let host = configuration.hostWithoutWebConfig else { return [] }
            return [
                Evidence(
                    "there is no web.config for \(host.title)",
                    wayOut: "restore it, or 'ptvsd-publish init --host \(host.rawValue)' writes one")
            ]
        },
        Check(
            "placeholder-left", .error, .badInput, in: .configuration,
            title: "A placeholder of Web Deploy is left in web.config",
            looksAt: "'%ROOTDIR%', '%INTERPRETERPATH%' and '%WFASTCGIPATH%' in every web.config",
            meaning: "Nothing on the server fills them in, so IIS answers each request with 500.",
            wayOut: "write the paths, or publish with '--site-root PATH' and '--site-python PATH'"
        ) { $0.diagnostics(["placeholder-left"]).map { Evidence($0) } },
        Check(
            "transform-fails", .error, .badInput, in: .configuration,
            title: "The transforms cannot be applied",
            looksAt: """
                web.debug.config, web.<Configuration>.config and web.<Profile>.config, applied to \
                web.config
                """,
            meaning: "The next publish stops before it writes anything.",
            wayOut: "mend the line that is named; 'ptvsd-publish --dry-run' shows the result"
        ) { configuration in
            var others: Set = ["placeholder-left"]
            // That it is missing is said already, and that none can be made without more options follows from it.
            if configuration.hostWithoutWebConfig != nil { others.formUnion(WebConfigTemplate.problems) }
            return configuration.errors.filter { !others.contains($0.id) }.map { Evidence($0) }
        },
        Check(
            "handler-mismatch", .warning, in: .configuration,
            title: "web.config and the project disagree about what is run",
            looksAt: "'WSGI_HANDLER' and 'DJANGO_SETTINGS_MODULE'",
            meaning: """
                The server starts something else than the project does here, or cannot start it at all; a \
                process that does not start has no debugger.
                """,
            wayOut: "change one of them"
        ) { configuration in
            configuration.diagnostics([
                "wsgi-handler-missing", "wsgi-handler-mismatch", "wsgi-handler-module", "virtualenv-proxy",
                "django-settings-mismatch",
            ]).map { Evidence($0) }
        },
        Check(
            "handler-not-published", .warning, in: .configuration,
            title: "The module of WSGI_HANDLER is not part of the site",
            looksAt: "whether the first module that the handler names is among the published files",
            meaning: "wfastcgi cannot import it, so every page is an error and no debugger starts.",
            wayOut: """
                mend 'WSGI_HANDLER', or add the file to the project ('ptvsd-publish --list' shows what is \
                left out)
                """
        ) { configuration in
            guard let module = configuration.missingModule,
                let handler = configuration.webConfig?.appSetting("WSGI_HANDLER")
            else { return [] }
            return [
                Evidence(
                    "'WSGI_HANDLER' is '\(handler.value)', and no file of the site is the module '\(module)'",
                    at: handler.location)
            ]
        },
        Check(
            "fastcgi-limits", .warning, in: .configuration,
            title: "FastCGI ends the process while it is paused",
            looksAt: "'requestTimeout' and 'activityTimeout' of 'fastCgi/application' in web.config",
            meaning: """
                IIS kills a process that is silent for 'activityTimeout' (70 s unless set) or busy for \
                'requestTimeout' (90 s unless set): a breakpoint longer than that ends the session and the \
                page.
                """,
            wayOut: """
                set both to 3600 or more, on the server: appcmd set config \
                -section:system.webServer/fastCgi …
                """
        ) { $0.shortFastCGILimits },
        Check(
            "fastcgi-limits-unseen", .note, in: .configuration,
            title: "FastCGI's time limits are set on the server only",
            looksAt: "whether a web.config sets them for a site that IIS runs through FastCGI",
            meaning: "Unless somebody raised them there, IIS ends a process that is paused for 70 seconds.",
            wayOut: """
                Azure: a publish to 'azure:SITE' raises them; after another, move ptvsd\\applicationHost.xdt \
                to D:\\home\\site and restart the site; an IIS of your own: the 'appcmd' lines that a Debug \
                publish prints
                """
        ) { configuration in
            guard configuration.host == .iisFastCGI, !configuration.isLocal,
                configuration.fastCGIApplications.isEmpty
            else { return [] }
            return [Evidence("no web.config of the site sets 'fastCgi/application', as is usual")]
        },
        Check(
            "http-platform-limits", .warning, in: .configuration,
            title: "HttpPlatformHandler ends the request while it is paused",
            looksAt: "'requestTimeout' of 'httpPlatform' after all transforms",
            meaning: """
                IIS gives up a request after 2 minutes unless told otherwise, and with it a page that is \
                held at a breakpoint and a debug session.
                """,
            wayOut: "take 'requestTimeout' out of your transforms, so that Debug publishing sets 23:59:00"
        ) { configuration in
            guard let platform = configuration.webConfig?.httpPlatform else { return [] }
            let text = platform["requestTimeout"] ?? "00:02:00"
            guard let seconds = TimeSpan.seconds(text), seconds > 0, seconds < Self.breakpointSeconds else {
                return []
            }
            return [Evidence("'requestTimeout' is \(text)", at: platform.location)]
        },
        Check(
            "several-instances", .warning, in: .configuration,
            title: "The server runs several processes of the site",
            looksAt: """
                'maxInstances' of 'fastCgi/application' and 'processesPerApplication' of 'httpPlatform'
                """,
            meaning: """
                Only one of them has the debugger's port: requests that reach another one run past every \
                breakpoint.
                """,
            wayOut: "set it to 1 while you debug"
        ) { configuration in
            var found: [Evidence] = []
            for application in configuration.fastCGIApplications {
                if let text = application["maxInstances"], text != "1" {
                    found.append(Evidence("'maxInstances' is \(text)", at: application.location))
                }
            }
            if let platform = configuration.webConfig?.httpPlatform,
                let text = platform["processesPerApplication"], text != "1"
            {
                found.append(Evidence("'processesPerApplication' is \(text)", at: platform.location))
            }
            return found
        },
        Check(
            "gunicorn-timeout", .warning, in: .configuration,
            title: "gunicorn kills a worker that is paused",
            looksAt: "'--timeout' of the start command and of GUNICORN_CMD_ARGS",
            meaning: """
                A worker that stands at a breakpoint says nothing to its master, which kills it after \
                that time; the page becomes an error and the session ends. The site agent sets no limit, but \
                what these say counts.
                """,
            wayOut: "write '--timeout 0' in the start command, or leave it out"
        ) { configuration in
            guard let gunicorn = configuration.gunicorn, gunicorn.timeout > 0,
                gunicorn.timeout < Self.breakpointSeconds
            else { return [] }
            return [Evidence("gunicorn's 'timeout' is \(gunicorn.timeout) s")]
        },
        Check(
            "gunicorn-workers", .note, in: .configuration,
            title: "gunicorn runs several workers",
            looksAt: """
                '--workers' of the start command, WEB_CONCURRENCY, GUNICORN_CMD_ARGS and gunicorn.conf.py
                """,
            meaning: """
                Each worker shows up as a sub-process of the session. Visual Studio leaves sub-processes \
                alone, so that only the requests of one worker stop there.
                """,
            wayOut: "'--workers 1 --threads 8' while you debug"
        ) { configuration in
            guard let gunicorn = configuration.gunicorn, gunicorn.workers > 1 else { return [] }
            return [Evidence("\(gunicorn.source) asks for \(gunicorn.workers) workers")]
        },
        Check(
            "paths-differ", .note, in: .configuration,
            title: "Some sources stand elsewhere in the site than in the project",
            looksAt: "linked items of the project",
            meaning: """
                The path mapping is one from the project's folder to the site's, so that breakpoints in \
                these files are not hit.
                """,
            wayOut: """
                copy the files into the project, or add a mapping for each to 'pathMappings' in \
                launch.json
                """
        ) { configuration in
            guard let first = configuration.strays.first else { return [] }
            let more = configuration.strays.count > 1 ? " and \(configuration.strays.count - 1) more" : ""
            return [Evidence("'\(first.source)' is '\(first.destination)' in the site\(more)")]
        },
    ]

    /// What a breakpoint may well last.
    private static let breakpointSeconds = 600
}

extension ConfigurationObservation {
    /// The FastCGI applications that the site's own `web.config` configures.
    fileprivate var fastCGIApplications: [XMLElement] {
        (webConfig?.webServer ?? []).flatMap { $0.children("fastCgi") }.flatMap { $0.children("application") }
    }

    fileprivate var shortFastCGILimits: [Evidence] {
        fastCGIApplications.flatMap { application in
            [("requestTimeout", 90), ("activityTimeout", 70)].compactMap { name, usual -> Evidence? in
                guard let seconds = Int(application[name] ?? "\(usual)"), seconds < 600 else { return nil }
                let key = FastCGIApplication(
                    scriptProcessor: "\(application["fullPath"] ?? "")|\(application["arguments"] ?? "")")
                return Evidence(
                    "'\(name)' is \(seconds) s\(application[name] == nil ? ", as nothing says otherwise" : "")",
                    at: application.location,
                    wayOut: "set it to 3600 there, or on the server: "
                        + (key?.appcmdLines.first { $0.contains(name) } ?? "appcmd set config"))
            }
        }
    }
}

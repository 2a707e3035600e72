import Diagnostics
import Projects

/// Time limits of FastCGI processes, which a `web.config` cannot set.
enum FastCGILimits {
    /// The FastCGI process that runs the site.
    static func application(of config: WebConfig) -> FastCGIApplication? {
        config.handlers.first { $0.modules.lowercased().contains("fastcgimodule") && !$0.isEndpoint }?
            .scriptProcessor.flatMap(FastCGIApplication.init(scriptProcessor:))
    }

    /// `applicationHost.xdt` for Azure App Service on Windows, which lies beside the agent until it is moved.
    static func file(for config: WebConfig) throws(Failure) -> Document? {
        guard let application = application(of: config) else { return nil }
        let text = try Template("configuration/applicationHost.xdt").filled(
            with: .init([
                "fullPath": Template.attribute(application.interpreter),
                "arguments": Template.attribute(application.arguments),
            ]))
        return Document(
            path: SitePath(named: "ptvsd").appending("applicationHost.xdt"), source: nil,
            name: "applicationHost.xdt",
            bytes: Array(text.utf8))
    }
}

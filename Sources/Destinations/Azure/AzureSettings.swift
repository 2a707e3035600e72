package import Azure

/// The settings of a site that a publish looks at, as they are now.
package struct AzureSettings: Sendable, Hashable {
    /// Whether it runs on Linux.
    package var isLinux: Bool
    /// Whether they can be changed: not with the user and password of a profile.
    package var canChange: Bool
    /// Its app settings.
    package var app: [String: String]
    /// Its configuration; nil where it cannot be read.
    package var web: SiteWebSettings?

    /// Creates settings.
    package init(isLinux: Bool, canChange: Bool, app: [String: String], web: SiteWebSettings?) {
        (self.isLinux, self.canChange, self.app, self.web) = (isLinux, canChange, app, web)
    }

    /// The app setting that has the server build a site.
    package static let build = "SCM_DO_BUILD_DURING_DEPLOYMENT"
    /// The start command of the site agent.
    package static let agentCommand = "python ptvsd"

    /// Whether the server builds what is sent.
    package var builds: Bool { Self.isTrue(app[Self.build]) }

    /// What a site that runs from a package runs from; nil for one that does not.
    package var package: String? {
        let value = app["WEBSITE_RUN_FROM_PACKAGE"] ?? app["WEBSITE_RUN_FROM_ZIP"]
        return value.flatMap { $0.isEmpty || $0 == "0" ? nil : $0 }
    }

    private static func isTrue(_ value: String?) -> Bool {
        ["true", "1"].contains(value?.lowercased())
    }
}

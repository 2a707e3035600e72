package import SystemPackage

/// What Visual Studio Code is told so that F5 starts the bridge and attaches through it.
package struct VSCodeAttachment: Sendable, Equatable {
    /// What the site's pages are made with, as far as a debugger can stop in their templates.
    package enum Templates: String, Sendable {
        case django
        case jinja
    }

    /// The site as people name it, such as `ptvsdemo.azurewebsites.net`; the entries are found again by it.
    package var site: String
    /// The folder of the project's sources on this machine.
    package var localRoot: FilePath
    /// The folder that the site runs in, as the site itself reports it.
    package var remoteRoot: String
    /// The templates that breakpoints may stand in.
    package var templates: Templates?
    /// The local port that the bridge listens on.
    package var port: Int
    /// The program that is the bridge.
    package var program: String
    /// Its arguments, behind the program's name.
    ///
    /// They stand in a file that others read: no secret is among them.
    package var arguments: [String]

    package init(
        site: String, localRoot: FilePath, remoteRoot: String, templates: Templates? = nil, port: Int,
        program: String, arguments: [String]
    ) {
        self.site = site
        self.localRoot = localRoot
        self.remoteRoot = remoteRoot
        self.templates = templates
        self.port = port
        self.program = program
        self.arguments = arguments
    }

    /// The name of the launch configuration.
    package var configurationName: String { "Attach to \(site) (ptvsd-publish)" }

    /// The label of the task that runs the bridge.
    package var taskLabel: String { "ptvsd-publish: attach to \(site)" }
}

extension VSCodeAttachment {
    /// Whether the folder that the site runs in has another name after every deployment.
    ///
    /// App Service on Linux unpacks a built site to `/tmp/<hex>`. A path mapping that is written down would be wrong
    /// after the next deployment, and breakpoints would silently be ignored; the bridge adds one whenever the editor
    /// attaches without.
    package var isRemoteRootTemporary: Bool {
        let digits = remoteRoot.dropFirst("/tmp/".count)
        return remoteRoot.hasPrefix("/tmp/") && digits.count >= 12 && digits.allSatisfy(\.isHexDigit)
    }
}

/// Why the SCM site answered 409, which it does for five different reasons, told apart by words in its answer only.
package enum DeploymentConflict: Sendable, Hashable, CaseIterable {
    /// Another package is just being received.
    case receiving
    /// A deployment is running.
    case deploying
    /// The slot is being swapped.
    case swapping
    /// The site runs from a package at a URL.
    case packageURL
    /// A file cannot be written: it is in use, or the site runs from a package and is read-only.
    case readOnly
    /// Something else.
    case other

    /// Reads the answer.
    package init(_ text: String) {
        let text = text.lowercased()
        func has(_ words: String...) -> Bool { words.contains { text.firstRange(of: $0) != nil } }
        if has("run-from-zip", "run_from_zip", "run_from_package", "website_use_zip", "remote url") {
            self = .packageURL
        } else if has("auto swap", "autoswap", "auto-swap") {
            self = .swapping
        } else if has("could not write", "local resource") {
            self = .readOnly
        } else if has("conflicts with the pending", "preparing zip package") {
            self = .receiving
        } else if has("deployment currently in progress", "deployment in progress", "in progress") {
            self = .deploying
        } else {
            self = .other
        }
    }

    /// Whether it passes by itself.
    package var isTemporary: Bool {
        switch self {
        case .receiving, .deploying, .swapping: true
        case .packageURL, .readOnly, .other: false
        }
    }

    /// What is the matter, as a clause after "because".
    package var reason: String {
        switch self {
        case .receiving: "another package is being uploaded to it"
        case .deploying: "another deployment is running"
        case .swapping: "an auto swap of the slot is under way"
        case .packageURL: "it runs from a package at a URL (WEBSITE_RUN_FROM_PACKAGE)"
        case .readOnly: "a file there is in use or read-only"
        case .other: "it has a conflict that this program does not know"
        }
    }

    /// What to do about it.
    package var hint: String {
        switch self {
        case .receiving, .deploying: "wait until it has ended and publish again"
        case .swapping: "wait until the swap has ended and publish again"
        case .packageURL:
            "take the app setting WEBSITE_RUN_FROM_PACKAGE away; Python sites cannot run from a package"
        case .readOnly: "stop what uses it (debug sessions, a WebJob), or take WEBSITE_RUN_FROM_PACKAGE away"
        case .other: "look at the deployments in the portal"
        }
    }
}

import Diagnostics

/// The execution of one transform on whatever its element leads to.
struct Execution {
    let directive: TransformDirective
    let element: TransformElement
    let run: TransformRun

    /// The place of the transform attribute.
    var location: Diagnostic.Location { run.transform.location(directive.offset) }
    var target: TargetDocument { run.target }
    var largestScalar: UInt32 { run.source.source.encoding.largestScalar }

    /// Prepares to execute a transform.
    init(of directive: TransformDirective, on element: TransformElement, in run: TransformRun) {
        self.directive = directive
        self.element = element
        self.run = run
    }

    /// Executes the transform, or says why not.
    func execute() {
        do {
            let paths = try element.paths()
            if directive.name.inserts {
                try insert(paths)
            } else {
                try change(paths)
            }
        } catch {
            run.diagnostics.append(error.diagnostic)
        }
    }

    private func change(_ paths: TransformElement.Paths) throws(Complaint) {
        let targets = try evaluate(paths.own)
        element.ownPathMatches = element.ownPathMatches ?? !targets.isEmpty
        guard let first = targets.first else {
            reportMissingTarget()
            return
        }
        switch directive.name {
        case .replace:
            warnAboutArguments()
            warnAboutSeveral(targets, paths.own)
            try replace(first)
        case .remove:
            warnAboutSeveral(targets, paths.own)
            warnAboutArguments()
            try remove(first)
        case .commentOut: try commentOut(first)
        default:
            for target in targets { applyToOneOfAll(target) }
        }
    }

    private func applyToOneOfAll(_ target: Target) {
        do {
            switch directive.name {
            case .removeAll:
                warnAboutArguments()
                try remove(target)
            case .removeAttributes: try removeAttributes(target)
            default: try setAttributes(target)
            }
        } catch {
            run.diagnostics.append(error.diagnostic)
        }
    }

    /// What a path leads to in the target.
    func evaluate(_ path: TargetPath) throws(Complaint) -> [Target] {
        do {
            return try PathEvaluator(document: target).evaluate(path, element.namespaces)
        } catch {
            throw Complaint(
                "xdt-xpath", "the path '\(path.text)' is no usable XPath: \(error.sentence)",
                at: location,
                hint: path.text.contains("'")
                    ? "in XPath, a value with an apostrophe stands in double quotes" : nil)
        }
    }

    /// An error at the transform attribute.
    func complaint(_ id: String, _ message: String, hint: String? = nil) -> Complaint {
        Complaint(id, message, at: location, hint: hint)
    }

    /// Adds a warning, unless warnings are silenced here.
    func warn(
        _ id: String, _ message: String, at place: Diagnostic.Location? = nil, hint: String? = nil
    ) {
        guard !directive.silencesWarnings else { return }
        run.diagnostics.append(.warning(id, message, at: place ?? location, hint: hint))
    }

    /// Says that arguments mean nothing to this transform, if there are any.
    func warnAboutArguments() {
        if directive.arguments.isEmpty { return }
        warn(
            "xdt-arguments-ignored",
            "'\(directive.name.rawValue)' on '\(element.name)' takes no arguments; they are ignored")
    }

    private func warnAboutSeveral(_ targets: [Target], _ path: TargetPath) {
        guard targets.count > 1 else { return }
        warn(
            "xdt-several-targets",
            "'\(path.text)' matches \(targets.count) nodes; '\(directive.name.rawValue)' changes the first only",
            hint: directive.name == .remove
                ? "add a locator such as 'Match(name)', or use 'RemoveAll'"
                : "add a locator such as 'Match(name)'")
    }
}

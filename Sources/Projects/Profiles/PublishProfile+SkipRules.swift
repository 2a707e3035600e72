import Diagnostics

extension PublishProfile {
    /// What a publish by this profile leaves alone at its target.
    package var protection: ProtectedPaths {
        var paths = ProtectedPaths()
        paths.appData = exclusions.appData
        paths.rules = skipRules
        paths.roots = roots
        return paths
    }

    /// What may stand before a path of the site at its target.
    var roots: [String] {
        if let remotePath { return [remotePath] }
        if method == .fileSystem, let publishURL { return [publishURL.replacing("/", with: "\\")] }
        return [#"D:\home\site\wwwroot"#, #"C:\home\site\wwwroot"#]
    }

    /// Takes over the skip rules of Web Deploy.
    ///
    /// - Parameters:
    ///   - evaluation: The profile, with the rules of its project.
    ///   - diagnostics: Is told which cannot be applied as they are meant.
    mutating func readSkipRules(_ evaluation: ProjectEvaluation, _ diagnostics: inout DiagnosticList) {
        let deletes = deletesExtraFiles
        let knowsRoot = remotePath != nil || method == .fileSystem || deploymentHost != nil
        for item in evaluation.items.items(of: "MsDeploySkipRules") {
            do {
                guard let rule = try SkipRule(item) else { continue }
                guard knowsRoot || !rule.isRooted else { throw SkipRule.Unclear() }
                skipRules.append(rule)
                if let action = item["SkipAction"], !MSBuildText.isBlank(action), !rule.isAboutDeleting {
                    diagnostics.add(
                        .warning(
                            "profile-skip-action",
                            "the files that the skip rule '\(rule.name)' means are not sent at all: its action "
                                + "'\(action)' is not known here", at: item.location,
                            hint: "remove the rule, or use the action 'Delete', if they are to be sent"))
                }
            } catch {
                hasUnclearSkipRules = true
                let message = "it cannot be told here which files the skip rule '\(item.include)' means"
                let hint = "give it 'ObjectName', and 'AbsolutePath' with a regular expression"
                diagnostics.add(
                    deletes
                        ? .warning(
                            "profile-skip-rule",
                            message + ": nothing is deleted that is not part of the site", at: item.location,
                            hint: hint + "; with '--delete-extra' it is deleted all the same")
                        : .note("profile-skip-rule", message, at: item.location, hint: hint))
            }
        }
    }
}

import Files
import Projects
import Sites

extension SitePlan {
    /// Whether the server has to install packages: there is a list of them, and they are not part of the site.
    var needsBuild: Bool {
        let folders: Set<String> = ["antenv", ".python_packages", "__pypackages__"]
        var hasRequirements = false
        for entry in entries {
            let components = entry.file.path.components
            if components.count == 1, components[0] == "requirements.txt" { hasRequirements = true }
            if folders.contains(components[0]) || components.contains("site-packages") { return false }
        }
        return hasRequirements
    }

    /// What the site itself says on whether the server builds it: the value in the section `[config]` of its
    /// `.deployment`, which counts where no app setting says anything; nil for none.
    var buildSetting: String? {
        let bytes: [UInt8]? =
            switch entries.first(where: { $0.name == ".deployment" })?.file.content {
            case .bytes(let bytes): bytes
            case .file(let path): try? FileContents.read(path, limit: 1 << 20)
            case nil: nil
            }
        guard let bytes else { return nil }
        var (section, found): (String, String?) = ("", nil)
        for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
            let text = line.filter { !$0.isWhitespace && $0 != "\u{FEFF}" }
            if text.hasPrefix("[") {
                section = text.lowercased()
            } else if section == "[config]", let mark = text.firstIndex(of: "="),
                text[..<mark].uppercased() == AzureSettings.build
            {
                found = String(text[text.index(after: mark)...])
            }
        }
        return found
    }
}

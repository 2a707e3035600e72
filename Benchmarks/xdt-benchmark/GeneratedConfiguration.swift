/// A web.config of a wanted size, and a thousand transforms for it.
///
/// Per 5 MB it has 9,000 `add` elements and 4,500 `location` elements; half of the transforms set an attribute of
/// an `add` found by its key, the others insert below a `location` found by its path.
struct GeneratedConfiguration {
    let source: [UInt8]
    let transform: [UInt8]
    let transformCount: Int

    /// Generates a document of roughly `bytes` bytes.
    init(bytes: Int, transforms: Int = 1_000) {
        let adds = max(1, bytes * 9_000 / 5_000_000)
        let locations = max(1, bytes * 4_500 / 5_000_000)
        var text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<configuration>\r\n  <appSettings>\r\n"
        for number in 0..<adds {
            text +=
                "    <add key=\"setting:\(number)\" value=\"value of the setting with number \(number)\" />\r\n"
        }
        text += "  </appSettings>\r\n"
        // What remains is shared by the locations, in lines of about 90 bytes.
        let lines = max(1, ((bytes - text.utf8.count) / locations - 130) / 88)
        for number in 0..<locations {
            text +=
                "  <location path=\"area/\(number)\" inheritInChildApplications=\"false\">\r\n    <system.web>\r\n"
            for line in 0..<lines {
                text +=
                    "      <handler path=\"resource\(line).axd\" verb=\"GET,POST\" type=\"Area.Handler\(line), Area\" />\r\n"
            }
            text += "    </system.web>\r\n  </location>\r\n"
        }
        text += "</configuration>\r\n"
        source = Array(text.utf8)
        let half = transforms / 2
        var changes =
            "<?xml version=\"1.0\"?>\n<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\">\n"
        changes += "  <appSettings>\n"
        for number in 0..<half {
            let key = number * adds / half
            changes += "    <add key=\"setting:\(key)\" value=\"new \(number)\" "
            changes += "xdt:Transform=\"SetAttributes\" xdt:Locator=\"Match(key)\" />\n"
        }
        changes += "  </appSettings>\n"
        for number in 0..<transforms - half {
            let path = number * locations / half
            changes += "  <location path=\"area/\(path)\" xdt:Locator=\"Match(path)\">\n    <system.web>\n"
            changes +=
                "      <trace enabled=\"true\" requestLimit=\"\(number)\" xdt:Transform=\"Insert\" />\n"
            changes += "    </system.web>\n  </location>\n"
        }
        changes += "</configuration>\n"
        transform = Array(changes.utf8)
        transformCount = transforms
    }
}

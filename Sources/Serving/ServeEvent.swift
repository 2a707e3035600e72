#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Something that happened while a site is served.
package enum ServeEvent: Sendable, Hashable {
    /// The server takes requests on this port of the loopback interface.
    case listening(port: Int)
    /// A process was started.
    case started(process: String, pid: Int, command: [String])
    /// A process wrote a line.
    case output(process: String, text: String)
    /// A process ended by itself, with the exit code as a shell tells it.
    case ended(process: String, code: Int)
    /// A process was ended because this file was written; the next request starts it anew.
    case restarting(process: String, file: String)
    /// A request was answered; a status of 0 stands for a connection that was cut.
    case request(method: String, target: String, status: Int, handler: String, milliseconds: Int)
    /// Something in the configuration is not understood.
    case warning(place: String, text: String)
    /// Something does not work.
    case failed(text: String)

    /// Reads an event from a line of the server's output; nil for anything else.
    init?(line: String) {
        guard let form = try? JSONDecoder().decode(Form.self, from: Data(line.utf8)) else { return nil }
        let (process, text) = (form.process ?? "", form.text ?? "")
        switch form.event {
        case "listening": self = .listening(port: form.port ?? 0)
        case "started": self = .started(process: process, pid: form.pid ?? 0, command: form.command ?? [])
        case "output": self = .output(process: process, text: text)
        case "ended": self = .ended(process: process, code: form.code ?? 0)
        case "restarting": self = .restarting(process: process, file: form.file ?? "")
        case "request":
            self = .request(
                method: form.method ?? "", target: form.target ?? "", status: form.status ?? 0,
                handler: form.handler ?? "", milliseconds: form.milliseconds ?? 0)
        case "warning": self = .warning(place: form.place ?? "", text: text)
        case "failed": self = .failed(text: text)
        default: return nil
        }
    }

    /// The module that Python did not find, where that is what a process wrote.
    package var missingModule: String? {
        let mark = "No module named "
        guard case .output(_, let text) = self, let found = text.firstRange(of: mark),
            text[..<found.lowerBound].hasSuffix(": ")
        else { return nil }
        let name = text[found.upperBound...].drop { $0 == "'" }.prefix {
            $0.isLetter || $0.isNumber || $0 == "_" || $0 == "."
        }
        return name.isEmpty ? nil : String(name)
    }

    private struct Form: Decodable {
        var event: String
        var process: String?
        var text: String?
        var port: Int?
        var pid: Int?
        var code: Int?
        var command: [String]?
        var file: String?
        var method: String?
        var target: String?
        var status: Int?
        var handler: String?
        var milliseconds: Int?
        var place: String?
    }
}

import Destinations
import Diagnostics
import Projects
import SystemPackage

/// A folder on an FTP server, and what a profile says of how to get there.
struct FTPTarget: Equatable {
    var address: FTPAddress
    var isPassive = true
    var user: String?
    var password: Password?

    /// Takes an address that a user wrote.
    init(address: FTPAddress) {
        self.address = address
    }

    /// Reads a profile of Visual Studio, whose address may be a host alone, or of `.PublishSettings`.
    ///
    /// - Throws: A `Failure` when it has no address, or one that is none.
    init(_ profile: PublishProfile) throws(Failure) {
        guard let url = profile.publishURL else {
            throw Failure(
                .badInput, id: "profile-without-target", "the profile '\(profile.name)' has no 'publishUrl'",
                at: .init(file: profile.file.string), hint: "add it, or name the destination with '--to'")
        }
        address = try FTPAddress(url.replacing("\\", with: "/"))
        if let path = profile.ftpSitePath { try address.append(path: path) }
        isPassive = profile.usesPassiveFTP
        user = profile.userName
        password = profile.password
    }
}

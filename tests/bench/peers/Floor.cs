using System;
using System.Net.Sockets;
using System.Text;

namespace MgLicense.Bench.Peers;

/// <summary>
/// What the server alone takes: the same requests written to a socket as bytes, and the answers read and thrown away. No
/// client can be faster.
/// </summary>
internal static class Floor
{
    internal static int Assign(string address, string token, string[] users, Guid product)
    {
        var uri = new Uri(address);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(uri.Host, uri.Port);
        var body = $"{{\"addLicenses\":[{{\"skuId\":\"{product}\",\"disabledPlans\":[]}}],\"removeLicenses\":[]}}";
        foreach (var user in users)
        {
            socket.Send(Encoding.ASCII.GetBytes(
                $"POST /v1.0/users/{user}/microsoft.graph.assignLicense HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {token}\r\n" +
                $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            Skip(socket);
        }

        return users.Length;
    }

    /// <summary>Reads one answer, whose length the server gives.</summary>
    private static void Skip(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        var have = 0;
        while (true)
        {
            var read = socket.Receive(buffer.AsSpan(have));
            if (read == 0)
            {
                throw new InvalidOperationException("the server hung up");
            }

            have += read;
            var end = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                continue;
            }

            var head = Encoding.ASCII.GetString(buffer, 0, end);
            if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            {
                throw new InvalidOperationException(head);
            }

            const string Name = "content-length:";
            var at = head.IndexOf(Name, StringComparison.OrdinalIgnoreCase) + Name.Length;
            var length = int.Parse(head.AsSpan(at, head.IndexOf('\r', at) is var stop and >= 0 ? stop - at : head.Length - at));
            if (have >= end + 4 + length)
            {
                return;
            }
        }
    }
}

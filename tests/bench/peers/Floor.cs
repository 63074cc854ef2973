using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace MgLicense.Bench.Peers;

/// <summary>
/// What the server alone takes: the same requests written to a socket as bytes, and the answers read and thrown away. No
/// client can be faster.
/// </summary>
internal static class Floor
{
    internal static int Assign(string address, string token, string[] users, Guid product)
    {
        using var socket = Connect(address);
        var body = $"{{\"addLicenses\":[{{\"skuId\":\"{product}\",\"disabledPlans\":[]}}],\"removeLicenses\":[]}}";
        foreach (var user in users)
        {
            Post(socket, address, $"users/{user}/microsoft.graph.assignLicense", token, body);
        }

        return users.Length;
    }

    /// <summary>The same changes in batches of twenty, on four connections.</summary>
    internal static int Batches(string address, string token, string[] users, Guid product)
    {
        var batches = new ConcurrentQueue<string>(users.Chunk(20).Select(chunk =>
        {
            var steps = chunk.Select((user, id) =>
                $"{{\"id\":\"{id}\",\"method\":\"POST\",\"url\":\"/users/{user}/assignLicense\",\"headers\":{{\"Content-Type\":\"application/json\"}}," +
                $"\"body\":{{\"addLicenses\":[{{\"skuId\":\"{product}\",\"disabledPlans\":[]}}],\"removeLicenses\":[]}}}}");
            return $"{{\"requests\":[{string.Join(',', steps)}]}}";
        }));
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            using var socket = Connect(address);
            while (batches.TryDequeue(out var body))
            {
                Post(socket, address, "$batch", token, body);
            }
        });
        return users.Length;
    }

    private static Socket Connect(string address)
    {
        var uri = new Uri(address);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(uri.Host, uri.Port);
        return socket;
    }

    private static void Post(Socket socket, string address, string path, string token, string body)
    {
        socket.Send(Encoding.ASCII.GetBytes(
            $"POST /v1.0/{path} HTTP/1.1\r\nHost: {new Uri(address).Authority}\r\nAuthorization: Bearer {token}\r\n" +
            $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
        Skip(socket);
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

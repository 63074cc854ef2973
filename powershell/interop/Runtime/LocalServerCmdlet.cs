using System;
using System.Buffers;
using System.Management.Automation;
using System.Security;
using System.Text;
using MgLicense.PowerShell.Native;
using Microsoft.Graph.PowerShell.Authentication;

namespace MgLicense.PowerShell;

/// <summary>The base of the commands on tenants that this process serves.</summary>
public abstract class LocalServerCmdlet : LocalTenantCmdlet
{
    /// <summary>A server from the native library's words, with its credential.</summary>
    private protected static LocalTenantServer ReadServer(ReadOnlySpan<byte> json)
    {
        var server = ResultReaders.Server.Read(json);
        if (Secret(server.Server) is { } secret && server.ClientId is { } client)
        {
            server.Credential = new PSCredential(client, secret);
        }

        if (server.Uri is { } address)
        {
            server.Environment = EnvironmentAt(server.Port);
            GraphEnvironments.Register(GraphEnvironment.Served(server.Environment, address.TrimEnd('/'), server.CertificatePath, server.Path));
        }

        return server;
    }

    /// <summary>The environment by which Connect-MgGraph finds a server of this process.</summary>
    private protected static string EnvironmentAt(int port) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"LocalTenant{port}");

    /// <summary>The secret of a server's application; null once it was stopped.</summary>
    private static unsafe SecureString? Secret(ulong server)
    {
        MglBuf buffer = default;
        if (NativeMethods.LocalServerSecret(server, &buffer) != NativeStatus.Ok)
        {
            return null;
        }

        var characters = ArrayPool<char>.Shared.Rent(checked((int)buffer.Length));
        try
        {
            var count = Encoding.UTF8.GetChars(buffer.Span, characters);
            fixed (char* pointer = characters)
            {
                var secret = new SecureString(pointer, count);
                secret.MakeReadOnly();
                return secret;
            }
        }
        finally
        {
            ArrayPool<char>.Shared.Return(characters, clearArray: true);
            new Span<byte>(buffer.Pointer, checked((int)buffer.Length)).Clear();
            NativeMethods.BufferFree(buffer);
        }
    }
}

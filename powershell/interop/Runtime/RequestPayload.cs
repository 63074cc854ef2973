using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using MgLicense.PowerShell.Licensing;

namespace MgLicense.PowerShell;

/// <summary>Writes what the native library needs to know of one call: the spec says where each argument goes.</summary>
internal readonly struct RequestPayload(CommandSpec spec, CallArguments arguments)
{
    /// <summary>Writes the whole payload but for its headers.</summary>
    internal void Fill(Payload payload)
    {
        switch (spec.Operation)
        {
            case NativeOperation.List:
                FillRequest(payload);
                FillProperties(payload);
                FillList(payload);
                break;
            case NativeOperation.Get:
                FillRequest(payload);
                FillProperties(payload);
                FillConditions(payload);
                break;
            case NativeOperation.UserAssignLicense:
                payload.Add("userId", Id("user-id"));
                FillAssignment(payload);
                break;
            case NativeOperation.GroupAssignLicense:
                payload.Add("groupId", Id("group-id"));
                FillAssignment(payload);
                break;
            default:
                payload.Add("method", spec.Method);
                FillRequest(payload);
                FillBody(payload);
                break;
        }
    }

    private void FillRequest(Payload payload)
    {
        payload.Add("path", spec.Path);
        if (spec.Ids.Length + spec.IdentityIds.Length > 0)
        {
            payload.Writer.WriteStartObject("ids");
            foreach (var (parameter, placeholder) in spec.Ids)
            {
                payload.Writer.WriteString(placeholder, JsonValue.Text(arguments.Value(parameter)));
            }

            foreach (var (_, placeholder) in spec.IdentityIds)
            {
                payload.Writer.WriteString(placeholder, Id(placeholder));
            }

            payload.Writer.WriteEndObject();
        }

        FillVersion(payload);
        payload.Add("consistencyLevel", arguments.Value("ConsistencyLevel") as string);
    }

    private void FillVersion(Payload payload)
    {
        if (spec.ApiVersion != "v1.0")
        {
            payload.Add("apiVersion", spec.ApiVersion);
        }
    }

    private void FillProperties(Payload payload) => payload
        .AddTexts("property", arguments.Value("Property") as IEnumerable)
        .AddTexts("expandProperty", arguments.Value("ExpandProperty") as IEnumerable);

    private void FillConditions(Payload payload) => payload
        .Add("filter", arguments.Value("Filter") as string)
        .Add("search", arguments.Value("Search") as string);

    private void FillList(Payload payload)
    {
        FillConditions(payload);
        payload.AddTexts("sort", arguments.Value("Sort") as IEnumerable);
        foreach (var (parameter, name) in (ReadOnlySpan<(string, string)>)[("Top", "top"), ("Skip", "skip"), ("PageSize", "pageSize")])
        {
            if (arguments.Value(parameter) is int number)
            {
                payload.Add(name, number);
            }
        }

        if (arguments.Flag("All"))
        {
            payload.Add("all", true);
        }

        if (arguments.Value("CountVariable") is string { Length: > 0 })
        {
            payload.Add("count", true);
        }
    }

    private void FillAssignment(Payload payload)
    {
        FillVersion(payload);
        if (spec.HasBodyParameter)
        {
            LicenseArguments.AddBody(payload, LicenseBody.Read(arguments.Value("BodyParameter")));
        }
        else
        {
            LicenseArguments.AddLists(payload, arguments.Value("AddLicenses"), arguments.Value("RemoveLicenses"));
            LicenseArguments.AddTexts(payload, "disabledPlans", arguments.Value("DisabledPlans"));
            payload.Add("usageLocation", arguments.Value("UsageLocation") as string);
            if (arguments.Value("AdditionalProperties") is IDictionary { Count: > 0 } additional)
            {
                payload.AddValue("additionalProperties", additional);
            }
        }

        payload.Add("resolveNames", true);
    }

    private void FillBody(Payload payload)
    {
        if (spec.Reference is { } reference)
        {
            payload.Add("reference", arguments.Value(reference) as string);
        }
        else if (spec.HasBodyParameter)
        {
            payload.AddValue("body", arguments.Value("BodyParameter"));
        }
        else if (spec.Body.Length > 0)
        {
            payload.Writer.WriteStartObject("body");
            foreach (var (parameter, name) in spec.Body)
            {
                if (arguments.TryGet(parameter, out var value))
                {
                    payload.AddValue(name, value);
                }
            }

            FillAdditional(payload);
            payload.Writer.WriteEndObject();
        }
    }

    /// <summary>Adds -AdditionalProperties to the body, except where a parameter has said it already.</summary>
    private void FillAdditional(Payload payload)
    {
        if (arguments.Value("AdditionalProperties") is not IDictionary additional)
        {
            return;
        }

        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (parameter, name) in spec.Body)
        {
            if (arguments.Contains(parameter))
            {
                given.Add(name);
            }
        }

        foreach (DictionaryEntry entry in additional)
        {
            var name = JsonValue.Text(entry.Key);
            if (given.Add(name))
            {
                payload.AddValue(name, entry.Value);
            }
        }
    }

    /// <summary>Writes the headers, and whether those of the answer and the exchange itself are wanted.</summary>
    internal void FillHeaders(Payload payload, IDictionary? headers, bool wantHeaders, bool debug)
    {
        var ifMatch = arguments.Value("IfMatch") as string;
        if (headers is { Count: > 0 } || ifMatch is not null)
        {
            payload.Writer.WriteStartObject("headers");
            if (ifMatch is not null)
            {
                payload.Writer.WriteString("If-Match", ifMatch);
            }

            foreach (DictionaryEntry entry in headers ?? new Hashtable())
            {
                payload.Writer.WriteString(JsonValue.Text(entry.Key), JsonValue.Text(entry.Value));
            }

            payload.Writer.WriteEndObject();
        }

        if (wantHeaders)
        {
            payload.Add("wantHeaders", true);
        }

        if (debug)
        {
            payload.Add("debug", true);
        }
    }

    /// <summary>The property of -InputObject that the path needs and that holds nothing; null where nothing is missing.</summary>
    internal string? MissingIdentity()
    {
        foreach (var (property, _) in spec.IdentityIds)
        {
            if (arguments.Value("InputObject") is IGraphIdentity identity && identity.GetId(property) is null)
            {
                return property;
            }
        }

        return null;
    }

    /// <summary>The id for a placeholder: from its parameter, or from -InputObject.</summary>
    private string Id(string placeholder)
    {
        foreach (var (parameter, name) in spec.Ids)
        {
            if (name == placeholder)
            {
                return JsonValue.Text(arguments.Value(parameter));
            }
        }

        foreach (var (property, name) in spec.IdentityIds)
        {
            if (name == placeholder && arguments.Value("InputObject") is IGraphIdentity identity)
            {
                return identity.GetId(property) ?? "";
            }
        }

        throw new PSInvalidOperationException($"{spec.Name} has no parameter for {{{placeholder}}}.");
    }
}

# Parameters that many commands share. Type is a type of the model table, or a .NET type in brackets.
@{
    # In every parameter set. The classes inherit them from GraphCmdlet.
    Runtime = @{
        Break                      = @{ Type = '[switch]'; Hidden = $true; Help = 'Waits for a debugger before the call.' }
        Context                    = @{ Type = '[Microsoft.Graph.PowerShell.Authentication.IAuthContext]'; Help = 'The connection to use, as Connect-MgGraph -PassThru gives it; the default one if left out.' }
        Headers                    = @{ Type = '[System.Collections.IDictionary]'; Pipeline = $true; Help = 'Headers added to the request.' }
        HttpPipelineAppend         = @{ Type = '[Microsoft.Graph.PowerShell.Runtime.SendAsyncStep[]]'; Hidden = $true; NotNull = $true; Help = 'Accepted so that scripts still parse; without effect.' }
        HttpPipelinePrepend        = @{ Type = '[Microsoft.Graph.PowerShell.Runtime.SendAsyncStep[]]'; Hidden = $true; NotNull = $true; Help = 'Accepted so that scripts still parse; without effect.' }
        Proxy                      = @{ Type = '[uri]'; Hidden = $true; Help = 'Accepted so that scripts still parse; the proxy belongs to the connection.' }
        ProxyCredential            = @{ Type = '[pscredential]'; Hidden = $true; NotNull = $true; Help = 'Accepted so that scripts still parse; the proxy belongs to the connection.' }
        ProxyUseDefaultCredentials = @{ Type = '[switch]'; Hidden = $true; Help = 'Accepted so that scripts still parse; the proxy belongs to the connection.' }
        ResponseHeadersVariable    = @{ Type = 'string'; Alias = 'RHV'; Help = 'Name of a global variable that takes the headers of the answer, each a list of texts.' }
    }

    # By the first word of a set's name.
    List    = @{
        All            = @{ Type = '[switch]'; Help = 'Follows every page. Without it only the first page is read.' }
        CountVariable  = @{ Type = 'string'; Alias = 'CV'; Help = 'Name of a global variable that takes the number of objects there are in all.' }
        ExpandProperty = @{ Type = 'strings'; Alias = 'Expand'; Help = 'Related objects to return with each object.' }
        Filter         = @{ Type = 'string'; Help = "OData filter, for instance `"usageLocation eq 'GB'`"." }
        PageSize       = @{ Type = 'int'; Help = 'Objects on a page, 1 to 999. Alone it reads one page; with -All it reads every page.' }
        Property       = @{ Type = 'strings'; Alias = 'Select'; Help = 'Properties to return. The others are null.' }
        Search         = @{ Type = 'string'; Help = 'Search phrase, for instance displayName:Ada. Needs -ConsistencyLevel eventual.' }
        Sort           = @{ Type = 'strings'; Alias = 'OrderBy'; Help = 'Properties to sort by.' }
        Top            = @{ Type = 'int'; Alias = 'Limit'; Help = 'Number of objects to return; above 999 pages are followed until there are that many.' }
    }
    Get     = @{
        ExpandProperty = @{ Type = 'strings'; Alias = 'Expand'; Help = 'Related objects to return with the object.' }
        Property       = @{ Type = 'strings'; Alias = 'Select'; Help = 'Properties to return. The others are null.' }
    }
    Delete  = @{
        IfMatch  = @{ Type = 'string'; Help = 'Deletes only if the object still has this ETag.' }
        PassThru = @{ Type = '[switch]'; Help = 'Writes true after a success.' }
    }

    # Of a path that ends with $count, whatever the set.
    Count   = @{
        ConsistencyLevel = @{ Type = 'string'; Mandatory = $true; Help = 'Give eventual, without which the service counts nothing.' }
        Filter           = @{ Type = 'string'; Help = "OData filter, for instance `"usageLocation eq 'GB'`"; only what meets it counts." }
        Search           = @{ Type = 'string'; Help = 'Search phrase, for instance displayName:Ada; only what meets it counts.' }
    }

    # For Extra.
    Extra   = @{
        ConsistencyLevel = @{ Type = 'string'; Help = 'Give eventual for advanced queries: counts, searches, ne and not.' }
        Skip             = @{ Type = 'int'; Help = 'Number of objects to leave out at the beginning.' }
    }

    # Parameters made from a path, an identity or a body.
    Ids     = @{
        ApplicationId         = 'Id of the application in the directory.'
        CompanySubscriptionId = 'Id of the subscription.'
        DeviceId              = 'Id of the device in the directory.'
        DirectoryRoleId       = 'Id of the role.'
        DirectoryRoleTemplateId = 'Id of the template of the role.'
        DirectoryObjectId     = 'Id of the object of the directory.'
        DomainId              = 'Name of the domain.'
        GroupId               = 'Id of the group.'
        LicenseDetailsId      = 'Id of the licence details.'
        OrganizationId        = 'Id of the organization, that is of the tenant.'
        PlaceId               = 'Id or mail address of the place.'
        ServicePrincipalId    = 'Id of the service principal in the directory.'
        SubscribedSkuId       = 'Id of the subscribed product: the id of the tenant, an underscore, the id of the product.'
        UserId                = 'Id or user principal name of the user.'
    }
    # How the examples of derived commands name the ids: the lines before the call, and the argument.
    Samples = @{
        DirectoryRoleId = @{ Before = '$role = Get-MgDirectoryRole -Filter "displayName eq ''Global Administrator''"'; Value = '$role.Id' }
        GroupId = @{ Before = '$group = Get-MgGroup -Filter "displayName eq ''Staff''"'; Value = '$group.Id' }
        UserId  = @{ Value = 'ada@contoso.com' }
    }
    Shared  = @{
        AdditionalProperties = 'Properties that have no parameter of their own, under the names of the wire.'
        BodyParameter        = 'The body as one object: a hashtable, an object with the same properties, or a JSON object as text.'
        Confirm              = 'Asks before the change.'
        InputObject          = 'The ids as one object, for instance a hashtable with the same names as the id parameters.'
        WhatIf               = 'Says what would be done, and does nothing.'
    }
}

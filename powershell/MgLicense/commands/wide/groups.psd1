# Groups, beyond what licensing needs. How to read this table: see README.md in the folder above.
@{
    'Get-MgGroupMemberOf' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/memberOf/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'AdministrativeUnit', 'Group'
        Count       = $true
        Synopsis    = 'Lists the groups a group is a member of.'
        Description = 'Lists the groups and units that a group is a direct member of. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupMemberOf -GroupId `$group.Id -All"
                Text = 'Lists the groups the group is in.'
            }
        )
    }
    'Get-MgGroupTransitiveMember' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/transitiveMembers/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'Application', 'Device', 'Group', 'OrgContact', 'ServicePrincipal', 'User'
        Count       = $true
        Synopsis    = 'Lists the members of a group, nested ones too.'
        Description = 'Lists the members of a group and the members of the groups in it. Group-based licensing does not look into nested groups; this list does. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupTransitiveMember -GroupId `$group.Id -All"
                Text = 'Lists everybody in the group.'
            }
        )
    }
    'Get-MgGroupTransitiveMemberOf' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/transitiveMemberOf/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'AdministrativeUnit', 'Group'
        Count       = $true
        Synopsis    = 'Lists the groups a group is a member of, nested ones too.'
        Description = 'Lists the groups and units that a group is a member of, directly or through another group. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupTransitiveMemberOf -GroupId `$group.Id -All"
                Text = 'Lists the groups the group is in.'
            }
        )
    }
    'Get-MgGroupOwner' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/owners'
        Sets        = @('List')
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'Application', 'Device', 'Group', 'OrgContact', 'ServicePrincipal', 'User'
        Count       = $true
        Synopsis    = 'Lists the owners of a group.'
        Description = 'Lists the owners of a group. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupOwner -GroupId `$group.Id -All | ForEach-Object { `$_.AdditionalProperties.userPrincipalName }"
                Text = 'Lists the names the owners of a group sign in with.'
            }
        )
    }
    'New-MgGroupOwner' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/owners/$ref'
        Sets        = 'CreateExpanded', 'Create', 'CreateViaIdentityExpanded', 'CreateViaIdentity'
        Identity    = 'GroupsIdentity'
        Body        = 'hashtable'
        Reference   = 'DirectoryObjectId'
        Synopsis    = 'Adds an owner to a group.'
        Description = 'Adds a user to the owners of a group. Writes nothing to the pipeline. The service refuses one who is an owner already.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`n`$user = Get-MgUser -UserId cy@contoso.com`nNew-MgGroupOwner -GroupId `$group.Id -DirectoryObjectId `$user.Id"
                Text = 'Makes a user an owner of a group.'
            }
        )
    }
    'New-MgGroupOwnerByRef' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/owners/$ref'
        Sets        = 'CreateExpanded', 'Create', 'CreateViaIdentityExpanded', 'CreateViaIdentity'
        Identity    = 'GroupsIdentity'
        Body        = 'ReferenceCreate'
        Mandatory   = 'OdataId'
        PassThru    = $true
        Synopsis    = 'Adds an owner to a group by the address of the owner.'
        Description = 'Adds a user to the owners of a group. The user is named by the full address, https://graph.microsoft.com/v1.0/users/ and the id. The service refuses one who is an owner already.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`n`$user = Get-MgUser -UserId cy@contoso.com`nNew-MgGroupOwnerByRef -GroupId `$group.Id -BodyParameter @{ '@odata.id' = `"https://graph.microsoft.com/v1.0/users/`$(`$user.Id)`" }"
                Text = 'Makes a user an owner of a group.'
            }
        )
    }
    'Remove-MgGroupOwnerByRef' = @{
        Owner       = 'Microsoft.Graph.Groups'
        AlsoNamed   = 'Remove-MgGroupOwnerDirectoryObjectByRef'
        Path        = '/groups/{group-id}/owners/{directoryObject-id}/$ref'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'GroupsIdentity'
        Synopsis    = 'Takes an owner away from a group.'
        Description = 'Takes an owner away from a group; the user stays. The command has two names, Remove-MgGroupOwnerByRef and Remove-MgGroupOwnerDirectoryObjectByRef, which are the same.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`n`$user = Get-MgUser -UserId cy@contoso.com`nNew-MgGroupOwner -GroupId `$group.Id -DirectoryObjectId `$user.Id`nRemove-MgGroupOwnerByRef -GroupId `$group.Id -DirectoryObjectId `$user.Id"
                Text = 'Makes a user an owner of a group, and takes that back.'
            }
        )
    }
}

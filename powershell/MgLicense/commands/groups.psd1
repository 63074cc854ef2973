# Groups and their members. How to read this table: see README.md beside it.
@{
    'Get-MgGroup'       = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphGroup'
        Count       = $true
        Synopsis    = 'Reads groups.'
        Description = 'Reads one group by id, or lists groups. AssignedLicenses and LicenseProcessingState are filled only if -Property asks for them.'
        Examples    = @(
            @{
                Code = "Get-MgGroup -Filter `"displayName eq 'Staff'`""
                Text = 'Finds a group by its name.'
            }
            @{
                Code = 'Get-MgGroup -All -Property Id, DisplayName, AssignedLicenses | Where-Object { $_.AssignedLicenses }'
                Text = 'Lists the groups that carry licences.'
            }
        )
    }
    'Get-MgGroupMember' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/members'
        Sets        = @('List')
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'Application', 'Device', 'Group', 'OrgContact', 'ServicePrincipal', 'User'
        Count       = $true
        Synopsis    = 'Lists the members of a group.'
        Description = 'Lists the direct members of a group. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupMember -GroupId `$group.Id -All | ForEach-Object { `$_.AdditionalProperties.userPrincipalName }"
                Text = 'Lists the names the members of a group sign in with.'
            }
        )
    }
    'New-MgGroup' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups'
        Sets        = 'CreateExpanded', 'Create'
        Body        = 'MicrosoftGraphGroup'
        Output      = 'MicrosoftGraphGroup'
        Synopsis    = 'Creates a group.'
        Description = 'Creates a group. The service wants -DisplayName, -MailNickname, -MailEnabled and -SecurityEnabled; the last two are switches, so write -MailEnabled:$false. With -GroupTypes DynamicMembership and -MembershipRule the service makes the members itself.'
        Examples    = @(
            @{
                Code = "New-MgGroup -DisplayName 'E5 users' -MailNickname e5-users -MailEnabled:`$false -SecurityEnabled"
                Text = 'Creates a security group that can carry licences.'
            }
            @{
                Code = "`$rule = @{`n    DisplayName = 'Finance'; MailNickname = 'finance'; MailEnabled = `$false; SecurityEnabled = `$true; GroupTypes = @('DynamicMembership')`n    MembershipRule = 'user.department -eq `"Finance`"'; MembershipRuleProcessingState = 'On'`n}`nNew-MgGroup -BodyParameter `$rule"
                Text = 'Creates a group whose members are found by a rule, from one hashtable.'
            }
        )
    }
    'Update-MgGroup' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}'
        Sets        = 'UpdateExpanded', 'Update', 'UpdateViaIdentityExpanded', 'UpdateViaIdentity'
        Identity    = 'GroupsIdentity'
        Body        = 'MicrosoftGraphGroup'
        Synopsis    = 'Changes properties of a group.'
        Description = 'Changes the properties that are given and leaves the others. Writes nothing to the pipeline. Up to 20 members can be added in one request with members@odata.bind in -AdditionalProperties or -BodyParameter; all of them are added or none.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nUpdate-MgGroup -GroupId `$group.Id -Description 'All staff'"
                Text = 'Changes the description.'
            }
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Empty'`"`n`$members = @('ada@contoso.com', 'cy@contoso.com').ForEach({ 'https://graph.microsoft.com/v1.0/directoryObjects/' + (Get-MgUser -UserId `$_).Id })`nUpdate-MgGroup -GroupId `$group.Id -AdditionalProperties @{ 'members@odata.bind' = `$members }"
                Text = 'Adds two members in one request.'
            }
        )
    }
    'Remove-MgGroup' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'GroupsIdentity'
        Synopsis    = 'Deletes a group.'
        Description = 'Deletes a group. The service refuses that while licences are assigned to it. A Microsoft 365 group stays among the deleted items for thirty days; a security group is gone at once. Does not ask unless -Confirm is given.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Empty'`"`nRemove-MgGroup -GroupId `$group.Id"
                Text = 'Deletes a group.'
            }
        )
    }
    'New-MgGroupMember' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/members/$ref'
        Sets        = 'CreateExpanded', 'Create', 'CreateViaIdentityExpanded', 'CreateViaIdentity'
        Identity    = 'GroupsIdentity'
        Reference   = 'DirectoryObjectId'
        Body        = 'hashtable'
        Synopsis    = 'Adds a member to a group.'
        Description = 'Adds a user, a group or another object of the directory to a group. Writes nothing to the pipeline. The service refuses an object that is a member already.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Leads'`"`n`$user = Get-MgUser -UserId ada@contoso.com`nNew-MgGroupMember -GroupId `$group.Id -DirectoryObjectId `$user.Id"
                Text = 'Adds a user to a group.'
            }
        )
    }
    'New-MgGroupMemberByRef' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/members/$ref'
        Sets        = 'CreateExpanded', 'Create', 'CreateViaIdentityExpanded', 'CreateViaIdentity'
        Identity    = 'GroupsIdentity'
        Body        = 'ReferenceCreate'
        Mandatory   = 'OdataId'
        PassThru    = $true
        Synopsis    = 'Adds a member to a group by the address of the member.'
        Description = 'Adds an object of the directory to a group. The object is named by its full address, https://graph.microsoft.com/v1.0/directoryObjects/ and the id. The service refuses an object that is a member already.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Leads'`"`n`$user = Get-MgUser -UserId ada@contoso.com`nNew-MgGroupMemberByRef -GroupId `$group.Id -BodyParameter @{ '@odata.id' = `"https://graph.microsoft.com/v1.0/directoryObjects/`$(`$user.Id)`" }"
                Text = 'Adds a user to a group.'
            }
        )
    }
    'Remove-MgGroupMemberByRef' = @{
        Owner       = 'Microsoft.Graph.Groups'
        AlsoNamed   = 'Remove-MgGroupMemberDirectoryObjectByRef'
        Path        = '/groups/{group-id}/members/{directoryObject-id}/$ref'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'GroupsIdentity'
        Synopsis    = 'Takes a member out of a group.'
        Description = 'Takes a direct member out of a group; the object itself stays. The command has two names, Remove-MgGroupMemberByRef and Remove-MgGroupMemberDirectoryObjectByRef, which are the same.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Leads'`"`n`$user = Get-MgUser -UserId bob@contoso.com`nRemove-MgGroupMemberByRef -GroupId `$group.Id -DirectoryObjectId `$user.Id"
                Text = 'Takes a user out of a group.'
            }
        )
    }
    'Get-MgGroupMemberWithLicenseError' = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}/membersWithLicenseErrors/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'Application', 'Device', 'Group', 'OrgContact', 'ServicePrincipal', 'User'
        Count       = $true
        Synopsis    = 'Lists the members of a group whom its licences could not be given to.'
        Description = 'Lists the members of a group whom the licences of the group could not be given to. The objects have an Id; everything else is in AdditionalProperties under the names of the wire. The reason is in LicenseAssignmentStates of each user.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupMemberWithLicenseError -GroupId `$group.Id -All | ForEach-Object { Get-MgUser -UserId `$_.Id -Property DisplayName, LicenseAssignmentStates }"
                Text = 'Reads the users in error with the states of their licences.'
            }
        )
    }
}

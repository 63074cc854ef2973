# The directory, invitations, settings and places. How to read this table: see README.md in the folder above.
@{
    'Get-MgDirectoryDeletedItem' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directory/deletedItems/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'AdministrativeUnit', 'Application', 'Device', 'Group', 'ServicePrincipal', 'User'
        Count       = 'Casts'
        Synopsis    = 'Lists the deleted objects.'
        Description = 'Reads one deleted object of the directory by its id. Lists are to be had by kind only, from Get-MgDirectoryDeletedItemAsUser and Get-MgDirectoryDeletedItemAsGroup; the service refuses the list of everything.'
        Examples    = @(
            @{
                Code = "Remove-MgUser -UserId eve@contoso.com`n`$gone = Get-MgDirectoryDeletedItemAsUser -All | Where-Object UserPrincipalName -match 'eve@contoso.com'`nGet-MgDirectoryDeletedItem -DirectoryObjectId `$gone.Id"
                Text = 'Reads a deleted user.'
            }
        )
    }
    'Restore-MgDirectoryDeletedItem' = @{
        Owner         = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path          = '/directory/deletedItems/{directoryObject-id}/restore'
        OperationPath = '/directory/deletedItems/{directoryObject-id}/microsoft.graph.restore'
        Sets          = 'Restore', 'RestoreViaIdentity'
        Identity      = 'IdentityDirectoryManagementIdentity'
        Output        = 'MicrosoftGraphDirectoryObject'
        Synopsis      = 'Brings a deleted object back.'
        Description   = 'Brings a deleted user or group back with the id it had. A restored user holds the licences again for which there are seats. Returns the object; everything but its Id is in AdditionalProperties.'
        Examples      = @(
            @{
                Code = "Remove-MgUser -UserId eve@contoso.com`n`$gone = Get-MgDirectoryDeletedItemAsUser -All | Where-Object UserPrincipalName -match 'eve@contoso.com'`nRestore-MgDirectoryDeletedItem -DirectoryObjectId `$gone.Id"
                Text = 'Deletes a user, and brings the user back.'
            }
        )
    }
    'Remove-MgDirectoryDeletedItem' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directory/deletedItems/{directoryObject-id}'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'IdentityDirectoryManagementIdentity'
        Synopsis    = 'Deletes a deleted object for good.'
        Description = 'Deletes a user or group that is among the deleted items for good. Does not ask unless -Confirm is given.'
        Examples    = @(
            @{
                Code = "Remove-MgUser -UserId eve@contoso.com`n`$gone = Get-MgDirectoryDeletedItemAsUser -All | Where-Object UserPrincipalName -match 'eve@contoso.com'`nRemove-MgDirectoryDeletedItem -DirectoryObjectId `$gone.Id"
                Text = 'Deletes a user for good.'
            }
        )
    }
    'Get-MgDirectoryRole' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directoryRoles/{directoryRole-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip' }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphDirectoryRole'
        Count       = $true
        Synopsis    = 'Lists the roles of the directory that are active.'
        Description = 'Lists the roles of the directory that are active in the tenant, or reads one. A role that nobody ever held is not active; Get-MgDirectoryRoleTemplate lists it.'
        Examples    = @(
            @{
                Code = "Get-MgDirectoryRole -Filter `"displayName eq 'Global Administrator'`""
                Text = 'Finds a role by its name.'
            }
        )
    }
    'New-MgDirectoryRole' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directoryRoles'
        Sets        = 'CreateExpanded', 'Create'
        Body        = 'MicrosoftGraphDirectoryRole'
        Output      = 'MicrosoftGraphDirectoryRole'
        Synopsis    = 'Makes a role of the directory active.'
        Description = 'Makes a role of the directory active in the tenant, so that it can be given. The service wants -RoleTemplateId.'
        Examples    = @(
            @{
                Code = "`$template = Get-MgDirectoryRoleTemplate | Where-Object DisplayName -eq 'License Administrator'`nNew-MgDirectoryRole -RoleTemplateId `$template.Id"
                Text = 'Makes the role active that may change licences.'
            }
        )
    }
    'Get-MgDirectoryRoleTemplate' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directoryRoleTemplates/{directoryRoleTemplate-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip' }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphDirectoryRoleTemplate'
        Synopsis    = 'Lists the roles there can be.'
        Description = 'Lists the templates of all roles that can be made active in the tenant, or reads one.'
        Examples    = @(
            @{
                Code = "Get-MgDirectoryRoleTemplate | Where-Object DisplayName -match 'License'"
                Text = 'Finds the role that may change licences.'
            }
        )
    }
    'Get-MgDirectoryRoleMember' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directoryRoles/{directoryRole-id}/members'
        Sets        = @('List')
        Extra       = @{ List = @('Skip') }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'Application', 'Device', 'Group', 'OrgContact', 'ServicePrincipal', 'User'
        Count       = $true
        Synopsis    = 'Lists who holds a role.'
        Description = 'Lists who holds a role of the directory. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$role = Get-MgDirectoryRole -Filter `"displayName eq 'Global Administrator'`"`nGet-MgDirectoryRoleMember -DirectoryRoleId `$role.Id -All"
                Text = 'Lists the global administrators.'
            }
        )
    }
    'New-MgDirectoryRoleMemberByRef' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directoryRoles/{directoryRole-id}/members/$ref'
        Sets        = 'CreateExpanded', 'Create', 'CreateViaIdentityExpanded', 'CreateViaIdentity'
        Identity    = 'IdentityDirectoryManagementIdentity'
        Body        = 'ReferenceCreate'
        Mandatory   = 'OdataId'
        PassThru    = $true
        Synopsis    = 'Gives somebody a role.'
        Description = 'Gives a user a role of the directory that is active. The user is named by the full address, https://graph.microsoft.com/v1.0/directoryObjects/ and the id.'
        Examples    = @(
            @{
                Code = "`$role = Get-MgDirectoryRole -Filter `"displayName eq 'Global Administrator'`"`n`$user = Get-MgUser -UserId ada@contoso.com`nNew-MgDirectoryRoleMemberByRef -DirectoryRoleId `$role.Id -BodyParameter @{ '@odata.id' = `"https://graph.microsoft.com/v1.0/directoryObjects/`$(`$user.Id)`" }"
                Text = 'Makes a user a global administrator.'
            }
        )
    }
    'Remove-MgDirectoryRoleMemberByRef' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        AlsoNamed   = 'Remove-MgDirectoryRoleMemberDirectoryObjectByRef'
        Path        = '/directoryRoles/{directoryRole-id}/members/{directoryObject-id}/$ref'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'IdentityDirectoryManagementIdentity'
        Synopsis    = 'Takes a role away from somebody.'
        Description = 'Takes a role of the directory away from a user. The command has two names, Remove-MgDirectoryRoleMemberByRef and Remove-MgDirectoryRoleMemberDirectoryObjectByRef, which are the same.'
        Examples    = @(
            @{
                Code = "`$role = Get-MgDirectoryRole -Filter `"displayName eq 'Global Administrator'`"`n`$user = Get-MgUser -UserId ada@contoso.com`nNew-MgDirectoryRoleMemberByRef -DirectoryRoleId `$role.Id -OdataId `"https://graph.microsoft.com/v1.0/directoryObjects/`$(`$user.Id)`"`nRemove-MgDirectoryRoleMemberByRef -DirectoryRoleId `$role.Id -DirectoryObjectId `$user.Id"
                Text = 'Gives a role, and takes it away again.'
            }
        )
    }
    'Get-MgDevice' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/devices/{device-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphDevice'
        Synopsis    = 'Reads devices of the directory.'
        Description = 'Reads one device, or lists devices. A local tenant has none and says that it does not serve them.'
        Examples    = @(
            @{
                Code = "Get-MgDevice -All -ErrorAction Ignore"
                Text = 'Lists the devices.'
            }
        )
    }
    'New-MgInvitation' = @{
        Owner       = 'Microsoft.Graph.Identity.SignIns'
        Path        = '/invitations'
        Sets        = 'CreateExpanded', 'Create'
        Body        = 'MicrosoftGraphInvitation'
        Output      = 'MicrosoftGraphInvitation'
        Synopsis    = 'Invites a guest.'
        Description = 'Invites somebody of another organization: makes a guest account and, with -SendInvitationMessage, has the service write to the guest. The service wants -InvitedUserEmailAddress and -InviteRedirectUrl.'
        Examples    = @(
            @{
                Code = "New-MgInvitation -InvitedUserDisplayName 'Hal Hood' -InvitedUserEmailAddress hal@fabrikam.com -InviteRedirectUrl https://myapplications.microsoft.com -SendInvitationMessage"
                Text = 'Invites a guest.'
            }
        )
    }
    'Get-MgAdminReportSetting' = @{
        Owner       = 'Microsoft.Graph.Reports'
        Path        = '/admin/reportSettings'
        Sets        = @('Get')
        Output      = 'MicrosoftGraphAdminReportSettings'
        Synopsis    = 'Reads the settings of the usage reports.'
        Description = 'Reads the settings of the usage reports of the tenant: whether they hide the names of users.'
        Examples    = @(
            @{
                Code = "(Get-MgAdminReportSetting).DisplayConcealedNames"
                Text = 'Shows whether reports hide the names of users.'
            }
        )
    }
    'Update-MgAdminReportSetting' = @{
        Owner       = 'Microsoft.Graph.Reports'
        Path        = '/admin/reportSettings'
        Sets        = 'UpdateExpanded', 'Update'
        Body        = 'MicrosoftGraphAdminReportSettings'
        Output      = 'MicrosoftGraphAdminReportSettings'
        Synopsis    = 'Changes the settings of the usage reports.'
        Description = 'Changes the settings of the usage reports of the tenant: whether they hide the names of users.'
        Examples    = @(
            @{
                Code = "Update-MgAdminReportSetting -BodyParameter @{ displayConcealedNames = `$false }"
                Text = 'Has reports show the names of users.'
            }
        )
    }
    'Get-MgPlaceAsRoom' = @{
        Owner       = 'Microsoft.Graph.Calendar'
        Path        = '/places/{place-id}/graph.room'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip' }
        Identity    = 'CalendarIdentity'
        Output      = 'MicrosoftGraphRoom'
        Synopsis    = 'Lists the rooms that can be booked.'
        Description = 'Lists the rooms that can be booked, or reads one. Each room has an account of its own, which needs no licence: its mail address is in EmailAddress.'
        Examples    = @(
            @{
                Code = "(Get-MgPlaceAsRoom -All).EmailAddress"
                Text = 'Lists the mail addresses of the rooms.'
            }
        )
    }
    'Get-MgServicePrincipal' = @{
        Owner       = 'Microsoft.Graph.Applications'
        Path        = '/servicePrincipals/{servicePrincipal-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'ApplicationsIdentity'
        Output      = 'MicrosoftGraphServicePrincipal'
        Synopsis    = 'Reads applications as they are present in the tenant.'
        Description = 'Reads one service principal, or lists them. A local tenant has none and says that it does not serve them.'
        Examples    = @(
            @{
                Code = "Get-MgServicePrincipal -Filter `"appId eq '00000003-0000-0000-c000-000000000000'`" -ErrorAction Ignore"
                Text = 'Finds the service principal of Microsoft Graph.'
            }
        )
    }
    'Get-MgApplication' = @{
        Owner       = 'Microsoft.Graph.Applications'
        Path        = '/applications/{application-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'ApplicationsIdentity'
        Output      = 'MicrosoftGraphApplication'
        Synopsis    = 'Reads the applications registered in the tenant.'
        Description = 'Reads one application, or lists them. A local tenant has none and says that it does not serve them.'
        Examples    = @(
            @{
                Code = "Get-MgApplication -Filter `"displayName eq 'Payroll'`" -ErrorAction Ignore"
                Text = 'Finds an application by its name.'
            }
        )
    }
}

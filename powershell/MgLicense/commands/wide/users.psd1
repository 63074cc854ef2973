# Users and what belongs to them, beyond what licensing needs. How to read this table: see README.md in the folder above.
@{
    'Get-MgUserTransitiveMemberOf' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/transitiveMemberOf/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'AdministrativeUnit', 'DirectoryRole', 'Group'
        Count       = $true
        Synopsis    = 'Lists the groups and roles a user is a member of, nested ones too.'
        Description = 'Lists the groups and roles that a user is a member of, directly or through another group. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "Get-MgUserTransitiveMemberOf -UserId bob@contoso.com -All | ForEach-Object { `$_.AdditionalProperties.displayName }"
                Text = 'Lists the names of the groups and roles of the user.'
            }
        )
    }
    'Get-MgUserManager' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/manager'
        Sets        = 'Get', 'GetViaIdentity'
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Synopsis    = 'Reads the manager of a user.'
        Description = 'Reads the manager of a user. A user without one is an error, Request_ResourceNotFound. The object has an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "Set-MgUserManagerByRef -UserId ada@contoso.com -OdataId `"https://graph.microsoft.com/v1.0/users/`$((Get-MgUser -UserId bob@contoso.com).Id)`"`n(Get-MgUserManager -UserId ada@contoso.com).AdditionalProperties.displayName"
                Text = 'Shows who the manager of the user is.'
            }
        )
    }
    'Set-MgUserManagerByRef' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/manager/$ref'
        Sets        = 'SetExpanded', 'Set', 'SetViaIdentityExpanded', 'SetViaIdentity'
        Identity    = 'UsersIdentity'
        Body        = 'ReferenceUpdate'
        Mandatory   = 'OdataId'
        PassThru    = $true
        Synopsis    = 'Gives a user a manager.'
        Description = 'Gives a user a manager, in the place of the one before. The manager is named by the full address, https://graph.microsoft.com/v1.0/users/ and the id.'
        Examples    = @(
            @{
                Code = "`$manager = Get-MgUser -UserId bob@contoso.com`nSet-MgUserManagerByRef -UserId ada@contoso.com -BodyParameter @{ '@odata.id' = `"https://graph.microsoft.com/v1.0/users/`$(`$manager.Id)`" }"
                Text = 'Makes one user the manager of another.'
            }
        )
    }
    'Remove-MgUserManagerByRef' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/manager/$ref'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'UsersIdentity'
        Synopsis    = 'Takes the manager of a user away.'
        Description = 'Takes the manager of a user away. The manager stays as a user.'
        Examples    = @(
            @{
                Code = "Set-MgUserManagerByRef -UserId ada@contoso.com -OdataId `"https://graph.microsoft.com/v1.0/users/`$((Get-MgUser -UserId bob@contoso.com).Id)`"`nRemove-MgUserManagerByRef -UserId ada@contoso.com"
                Text = 'Sets a manager, and takes it away again.'
            }
        )
    }
    'Get-MgUserDirectReport' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/directReports/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = @('User')
        Count       = $true
        Synopsis    = 'Lists the users whose manager a user is.'
        Description = 'Lists the users whose manager a user is. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "Get-MgUserDirectReport -UserId ada@contoso.com -All"
                Text = 'Lists who reports to the user.'
            }
        )
    }
    'Get-MgUserOwnedObject' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/ownedObjects/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'Application', 'Group', 'ServicePrincipal'
        Count       = $true
        Synopsis    = 'Lists the objects a user owns.'
        Description = 'Lists the groups and other objects of the directory that a user owns. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "Get-MgUserOwnedObject -UserId ada@contoso.com -All | Where-Object { `$_.AdditionalProperties.'@odata.type' -eq '#microsoft.graph.group' }"
                Text = 'Lists the groups the user owns.'
            }
        )
    }
    'Update-MgUserLicenseDetail' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/licenseDetails/{licenseDetails-id}'
        Sets        = 'UpdateExpanded', 'Update', 'UpdateViaIdentityExpanded', 'UpdateViaIdentity'
        Identity    = 'UsersIdentity'
        Body        = 'MicrosoftGraphLicenseDetails'
        Output      = 'MicrosoftGraphLicenseDetails'
        Synopsis    = 'Asks for a change of the licence details of a user, which the service refuses.'
        Description = 'Is there because the SDK has it. Licence details follow from the licences of a user and cannot be written; the service refuses every such request. Licences are changed with Set-MgUserLicense.'
        Examples    = @(
            @{
                Code = "`$detail = Get-MgUserLicenseDetail -UserId bob@contoso.com | Select-Object -First 1`nUpdate-MgUserLicenseDetail -UserId bob@contoso.com -LicenseDetailsId `$detail.Id -SkuPartNumber SPE_E5 -WhatIf"
                Text = 'Says what would be sent.'
            }
        )
    }
    'Remove-MgUserLicenseDetail' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/licenseDetails/{licenseDetails-id}'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'UsersIdentity'
        Synopsis    = 'Asks for licence details of a user to be deleted, which the service refuses.'
        Description = 'Is there because the SDK has it. Licence details follow from the licences of a user and cannot be deleted; the service refuses every such request. Licences are taken away with Set-MgUserLicense -RemoveLicenses.'
        Examples    = @(
            @{
                Code = "`$detail = Get-MgUserLicenseDetail -UserId bob@contoso.com | Select-Object -First 1`nRemove-MgUserLicenseDetail -UserId bob@contoso.com -LicenseDetailsId `$detail.Id -WhatIf"
                Text = 'Says what would be sent.'
            }
        )
    }
    'Revoke-MgUserSignInSession' = @{
        Owner         = 'Microsoft.Graph.Users.Actions'
        Path          = '/users/{user-id}/revokeSignInSessions'
        OperationPath = '/users/{user-id}/microsoft.graph.revokeSignInSessions'
        Sets          = 'Revoke', 'RevokeViaIdentity'
        Identity      = 'UsersActionsIdentity'
        Output        = 'bool'
        Synopsis      = 'Ends the sessions of a user.'
        Description   = 'Makes every application that a user has signed in to ask for a new sign-in, by setting SignInSessionsValidFromDateTime of the user to now. Writes true.'
        Examples      = @(
            @{
                Code = "Revoke-MgUserSignInSession -UserId ada@contoso.com"
                Text = 'Ends the sessions of the user.'
            }
        )
    }
    'Send-MgUserMail' = @{
        Owner         = 'Microsoft.Graph.Users.Actions'
        Path          = '/users/{user-id}/sendMail'
        OperationPath = '/users/{user-id}/microsoft.graph.sendMail'
        Sets          = 'SendExpanded', 'Send', 'SendViaIdentityExpanded', 'SendViaIdentity'
        Identity      = 'UsersActionsIdentity'
        Body          = 'ComponentsVsh1S1RequestbodiesSendmailrequestbodyContentApplicationJsonSchema'
        PassThru      = $true
        Synopsis      = 'Sends a mail in the name of a user.'
        Description   = 'Sends a mail from the mailbox of a user. A local tenant delivers nothing: it keeps the mail among its requests, where Get-MgLocalTenantRequest shows it.'
        Examples      = @(
            @{
                Code = "`$mail = @{`n    message = @{`n        subject      = 'Your licence'`n        body         = @{ contentType = 'Text'; content = 'You can use Visio now.' }`n        toRecipients = @(@{ emailAddress = @{ address = 'dee@contoso.com' } })`n    }`n}`nSend-MgUserMail -UserId ada@contoso.com -BodyParameter `$mail"
                Text = 'Sends a mail.'
            }
        )
    }
}

# Users and what belongs to them. How to read this table: see README.md beside it.
@{
    'Get-MgUser'              = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = @('ConsistencyLevel') }
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphUser'
        Count       = $true
        Synopsis    = 'Reads users.'
        Description = 'Reads one user by id or user principal name, or lists users. Without -Property only a dozen properties are filled; AssignedLicenses, UsageLocation, AccountEnabled, LicenseAssignmentStates and SignInActivity are among those that must be asked for. Without -All a list ends after the first page.'
        Examples    = @(
            @{
                Code = "Get-MgUser -UserId ada@contoso.com -Property Id, DisplayName, UsageLocation, AssignedLicenses"
                Text = 'Reads one user with the properties that matter for licensing.'
            }
            @{
                Code = "Get-MgUser -All -Filter `"usageLocation eq null and userType eq 'Member'`""
                Text = 'Lists the members of the organization who have no usage location.'
            }
            @{
                Code = 'Get-MgUser -All -Filter ''assignedLicenses/$count eq 0'' -ConsistencyLevel eventual -CountVariable unlicensed -Property Id, UserPrincipalName'
                Text = 'Lists the users without any licence, and puts their number into $unlicensed.'
            }
        )
    }
    'New-MgUser'              = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users'
        Sets        = 'CreateExpanded', 'Create'
        Body        = 'MicrosoftGraphUser'
        Output      = 'MicrosoftGraphUser'
        Completers  = @{ UsageLocation = 'MgLicense.PowerShell.Completion.LocationCompleter' }
        Synopsis    = 'Creates a user.'
        Description = 'Creates a user. The service wants -DisplayName, -UserPrincipalName, -MailNickname, -PasswordProfile and -AccountEnabled. With -UsageLocation the user can be given a licence at once.'
        Examples    = @(
            @{
                Code = "`$password = @{ Password = 'xWwvJ]6NMw+bWH-d'; ForceChangePasswordNextSignIn = `$true }`nNew-MgUser -DisplayName 'Lin Shu' -UserPrincipalName lin.shu@contoso.com -MailNickname lin.shu -PasswordProfile `$password -AccountEnabled -UsageLocation GB"
                Text = 'Creates a user who can sign in and can be licensed.'
            }
            @{
                Code = "`$user = @{`n    accountEnabled = `$true; displayName = 'Omar Haddad'; mailNickname = 'omar'; userPrincipalName = 'omar@contoso.com'`n    passwordProfile = @{ password = 'xWwvJ]6NMw+bWH-d' }`n}`nNew-MgUser -BodyParameter `$user"
                Text = 'Creates a user from one hashtable.'
            }
        )
    }
    'Update-MgUser'           = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}'
        Sets        = 'UpdateExpanded', 'Update', 'UpdateViaIdentityExpanded', 'UpdateViaIdentity'
        Identity    = 'UsersIdentity'
        Body        = 'MicrosoftGraphUser'
        Completers  = @{ UsageLocation = 'MgLicense.PowerShell.Completion.LocationCompleter' }
        Synopsis    = 'Changes properties of a user.'
        Description = 'Changes the properties that are given and leaves the others. Writes nothing to the pipeline. The value goes to the service as it is; Set-MgUserLicense -UsageLocation checks a location before it is set.'
        Examples    = @(
            @{
                Code = 'Update-MgUser -UserId ada@contoso.com -UsageLocation GB'
                Text = 'Sets the usage location, without which no licence can be assigned.'
            }
            @{
                Code = "Update-MgUser -UserId ada@contoso.com -BodyParameter @{ department = 'Finance'; jobTitle = 'Analyst' }"
                Text = 'Changes two properties given as one hashtable.'
            }
        )
    }
    'Remove-MgUser'           = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}'
        Sets        = 'Delete', 'DeleteViaIdentity'
        Identity    = 'UsersIdentity'
        Synopsis    = 'Deletes a user.'
        Description = 'Deletes a user. The account stays among the deleted items for thirty days and can be restored. Its licences are free at once. Does not ask unless -Confirm is given.'
        Examples    = @(
            @{
                Code = 'Remove-MgUser -UserId ada@contoso.com -Confirm'
                Text = 'Asks, then deletes the user.'
            }
        )
    }
    'Get-MgUserLicenseDetail' = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/licenseDetails/{licenseDetails-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = @('Skip') }
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphLicenseDetails'
        Synopsis    = 'Lists the products a user is licensed for, with the state of their service plans.'
        Description = 'Lists the products a user holds, directly or through groups, each with its service plans. A plan that is switched off has the provisioning status Disabled.'
        Examples    = @(
            @{
                Code = 'Get-MgUserLicenseDetail -UserId ada@contoso.com'
                Text = 'Lists the products of the user.'
            }
            @{
                Code = "(Get-MgUserLicenseDetail -UserId ada@contoso.com).ServicePlans | Where-Object ProvisioningStatus -eq 'Disabled'"
                Text = 'Lists the plans that are switched off.'
            }
        )
    }
    'Get-MgUserMemberOf'      = @{
        Owner       = 'Microsoft.Graph.Users'
        Path        = '/users/{user-id}/memberOf/{directoryObject-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel'; Get = @('ConsistencyLevel'); GetViaIdentity = @('ConsistencyLevel') }
        Identity    = 'UsersIdentity'
        Output      = 'MicrosoftGraphDirectoryObject'
        Casts       = 'AdministrativeUnit', 'DirectoryRole', 'Group'
        Count       = $true
        Synopsis    = 'Lists the groups and roles a user is a member of.'
        Description = 'Lists the groups, roles and administrative units that a user is a direct member of. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = 'Get-MgUserMemberOf -UserId ada@contoso.com -All | ForEach-Object { $_.AdditionalProperties.displayName }'
                Text = 'Lists the names of the groups and roles of the user.'
            }
        )
    }
    'Invoke-MgLicenseUser'    = @{
        Owner       = 'Microsoft.Graph.Users.Actions'
        Path        = '/users/{user-id}/reprocessLicenseAssignment'
        OperationPath = '/users/{user-id}/microsoft.graph.reprocessLicenseAssignment'
        Sets        = 'License', 'LicenseViaIdentity'
        Identity    = 'UsersActionsIdentity'
        Output      = 'MicrosoftGraphUser'
        Synopsis    = 'Works off the licences again that a user gets from groups.'
        Description = 'Asks the service to work off the licences again that a user gets from groups, for instance after seats were bought or a conflict was resolved. Returns the user.'
        Examples    = @(
            @{
                Code = 'Invoke-MgLicenseUser -UserId ada@contoso.com'
                Text = 'Tries the licences of the user again.'
            }
        )
    }
}

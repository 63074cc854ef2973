# The organization and its domains. How to read this table: see README.md beside it.
@{
    'Get-MgOrganization' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/organization/{organization-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = @('Skip') }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphOrganization'
        Synopsis    = 'Reads the organization.'
        Description = 'Reads the organization, that is the tenant: its id, name, country and domains.'
        Examples    = @(
            @{
                Code = "(Get-MgOrganization).VerifiedDomains | Where-Object IsDefault"
                Text = 'Shows the default domain of the tenant.'
            }
        )
    }
    'Get-MgDomain'       = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/domains/{domain-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = @('Skip') }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphDomain'
        Synopsis    = 'Reads domains of the tenant.'
        Description = 'Reads one domain by its name, or lists the domains of the tenant.'
        Examples    = @(
            @{
                Code = 'Get-MgDomain | Where-Object IsVerified'
                Text = 'Lists the domains that can be used for user principal names.'
            }
        )
    }
}

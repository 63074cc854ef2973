# Licences and products. How to read this table: see README.md beside it.
@{
    'Set-MgUserLicense'           = @{
        Owner         = 'Microsoft.Graph.Users.Actions'
        Path          = '/users/{user-id}/assignLicense'
        OperationPath = '/users/{user-id}/microsoft.graph.assignLicense'
        Operation     = 'UserAssignLicense'
        Sets          = 'AssignExpanded', 'Assign', 'AssignViaIdentityExpanded', 'AssignViaIdentity'
        Identity      = 'UsersActionsIdentity'
        Body          = 'Components103UmuuRequestbodiesAssignlicenserequestbodyContentApplicationJsonSchema'
        Output        = 'MicrosoftGraphUser'
        Own           = @{
            DisabledPlans = @{
                Type = 'strings'
                Sets = 'AssignExpanded', 'AssignViaIdentityExpanded'
                Help = 'Service plans to switch off, by id or by name, in those of the products to add that hold them and bring no DisabledPlans of their own.'
            }
            Force         = @{
                Type = '[switch]'
                Sets = 'AssignViaIdentityExpanded', 'AssignViaIdentity'
                Help = 'For a pipeline: takes the last mailbox, phone or drive plan of users without asking, and warns of nothing that is only likely.'
            }
            NoPreflight   = @{
                Type = '[switch]'
                Sets = 'AssignViaIdentityExpanded', 'AssignViaIdentity'
                Help = 'For a pipeline: sends changes while rows still come, and foretells nothing. Seats are not counted beforehand, and nothing is held back.'
            }
            Partial       = @{
                Type = 'string'
                Sets = 'AssignViaIdentityExpanded', 'AssignViaIdentity'
                Help = 'For a pipeline: in which order the seats go where there are too few: Row (as the rows come), Name (by user principal name) or Unlicensed (users who hold no product first). Without it, nothing is written then.'
            }
            UsageLocation = @{
                Type = 'string'
                Sets = 'AssignExpanded', 'AssignViaIdentityExpanded'
                Help = 'Two letters of a country, for instance GB. Is set before the licences change, in the same call. Upper-cased; UK is refused, since the code is GB.'
            }
        }
        Completers    = @{
            AddLicenses    = 'MgLicense.PowerShell.Completion.SkuCompleter'
            DisabledPlans  = 'MgLicense.PowerShell.Completion.PlanCompleter'
            Partial        = 'MgLicense.PowerShell.Completion.SeatOrderCompleter'
            RemoveLicenses = 'MgLicense.PowerShell.Completion.SkuCompleter'
            UsageLocation  = 'MgLicense.PowerShell.Completion.LocationCompleter'
        }
        Transforms    = @{
            AddLicenses = 'MgLicense.PowerShell.Licensing.LicenseTables'
            Headers     = 'MgLicense.PowerShell.Licensing.NoHeaders'
            InputObject = 'MgLicense.PowerShell.Licensing.RowInput'
        }
        Parameters    = @{
            AddLicenses    = 'Licences to add or to change: hashtables with SkuId and DisabledPlans, objects of that type such as the AssignedLicenses of a user, or just products. A product or plan is meant by id or by name (SPE_E5, EXCHANGE_S_STANDARD). @() and @{} mean none.'
            RemoveLicenses = 'Products to take away, by id or by part number. @() means none.'
            InputObject    = 'A hashtable with UserId, as in the SDK; or rows (users, lines of a CSV file, ids, user principal names), which are collected and worked off as a whole.'
        }
        Synopsis      = 'Adds, changes and removes licences of users.'
        Description   = "Adds and removes licences of one user in one request and returns the user. The service wants both lists, so give @() for none; a list that is left out counts as empty.`n`nUsers, rows of a CSV file, ids or user principal names can be piped in. They are collected, judged as a whole as Test-MgUserLicense does, and then worked off: one result for each row as outcomes come, and one error for each row that fails. What is as wished already is not sent again; whoever has a product and is given it again keeps the choice of plans, unless plans are named. Where there are too few seats, nothing is written unless -Partial says who gets them. Before a user loses the last mailbox, phone or drive plan, it asks. Every change stands in a journal first: see Get-MgLicenseRun, Resume-MgLicenseRun and Undo-MgLicenseRun. Columns UsageLocation, AddLicenses, RemoveLicenses and DisabledPlans of a row are used; a blank cell means not given, and ; separates values."
        Examples      = @(
            @{
                Code = "`$sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq 'SPE_E5'`nSet-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = `$sku.SkuId } -RemoveLicenses @()"
                Text = 'Assigns a product, as with the SDK.'
            }
            @{
                Code = 'Set-MgUserLicense -UserId ada@contoso.com -AddLicenses SPE_E5 -UsageLocation GB'
                Text = 'Sets the usage location and assigns a product by its part number.'
            }
            @{
                Code = "Set-MgUserLicense -UserId ada@contoso.com -AddLicenses @{ SkuId = 'SPE_E5'; DisabledPlans = 'SWAY', 'YAMMER_ENTERPRISE' } -RemoveLicenses SPE_E3"
                Text = 'Swaps one product for another with two plans switched off, in one request.'
            }
            @{
                Code = 'Import-Csv joiners.csv | Set-MgUserLicense -AddLicenses SPE_E5 -UsageLocation GB'
                Text = 'Assigns a product to every user of a file, and sets the usage location where it differs.'
            }
            @{
                Code = 'Import-Csv joiners.csv | Set-MgUserLicense -AddLicenses SPE_E5 -WhatIf'
                Text = 'Names each user and the change they would get, and writes nothing.'
            }
            @{
                Code = 'Import-Csv joiners.csv | Set-MgUserLicense -AddLicenses SPE_E5 -Partial Row | Where-Object Status -eq Failed'
                Text = 'Assigns a product as long as there are seats, in the order of the file, and lists who went without.'
            }
        )
    }
    'Set-MgGroupLicense'          = @{
        Owner         = 'Microsoft.Graph.Groups'
        Path          = '/groups/{group-id}/assignLicense'
        OperationPath = '/groups/{group-id}/microsoft.graph.assignLicense'
        Operation     = 'GroupAssignLicense'
        Sets          = 'AssignExpanded', 'Assign', 'AssignViaIdentityExpanded', 'AssignViaIdentity'
        Identity      = 'GroupsIdentity'
        Body          = 'Paths6Fg5LiGroupsGroupIdMicrosoftGraphAssignlicensePostRequestbodyContentApplicationJsonSchema'
        Output        = 'MicrosoftGraphGroup'
        Own           = @{
            DisabledPlans = @{
                Type = 'strings'
                Sets = 'AssignExpanded', 'AssignViaIdentityExpanded'
                Help = 'Service plans to switch off, by id or by name, in those of the products to add that hold them and bring no DisabledPlans of their own.'
            }
        }
        Completers    = @{
            AddLicenses    = 'MgLicense.PowerShell.Completion.SkuCompleter'
            DisabledPlans  = 'MgLicense.PowerShell.Completion.PlanCompleter'
            RemoveLicenses = 'MgLicense.PowerShell.Completion.SkuCompleter'
        }
        Transforms    = @{ AddLicenses = 'MgLicense.PowerShell.Licensing.LicenseTables' }
        Parameters    = @{
            AddLicenses    = 'Licences to add or to change: hashtables with SkuId and DisabledPlans, objects of that type such as the AssignedLicenses of a group, or just products. A product or plan is meant by id or by name (SPE_E5, EXCHANGE_S_STANDARD). @() and @{} mean none.'
            RemoveLicenses = 'Products to take away, by id or by part number. @() means none.'
        }
        Synopsis      = 'Adds, changes and removes licences of a group.'
        Description   = "Adds and removes licences of one group in one request and returns the group. The members get and lose the licences afterwards: LicenseProcessingState of the group says how far that has come, and Get-MgGroupMemberWithLicenseError lists whom they could not be given to. The service wants both lists, so give @() for none; a list that is left out counts as empty."
        Examples      = @(
            @{
                Code = "`$sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq 'SPE_E5'`n`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nSet-MgGroupLicense -GroupId `$group.Id -AddLicenses @{ SkuId = `$sku.SkuId } -RemoveLicenses @() -WhatIf"
                Text = 'Says what would be sent to give the members of a group a product.'
            }
        )
    }
    'Get-MgSubscribedSku'         = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/subscribedSkus/{subscribedSku-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = @('Skip') }
        Without     = @{ Get = @('ExpandProperty'); GetViaIdentity = @('ExpandProperty') }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphSubscribedSku'
        Synopsis    = 'Lists the products the organization has bought.'
        Description = 'Lists the products the organization has bought, with units bought and units assigned. Free units are PrepaidUnits.Enabled less ConsumedUnits. The service filters nothing here; use Where-Object.'
        Examples    = @(
            @{
                Code = "Get-MgSubscribedSku -All | Select-Object SkuPartNumber, ConsumedUnits, @{ Name = 'Free'; Expression = { `$_.PrepaidUnits.Enabled - `$_.ConsumedUnits } }"
                Text = 'Lists free units by product.'
            }
            @{
                Code = "(Get-MgSubscribedSku -All | Where-Object SkuPartNumber -eq 'SPE_E5').ServicePlans"
                Text = 'Lists the service plans of a product.'
            }
        )
    }
    'Get-MgDirectorySubscription' = @{
        Owner       = 'Microsoft.Graph.Identity.DirectoryManagement'
        Path        = '/directory/subscriptions/{companySubscription-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = @('Skip') }
        Identity    = 'IdentityDirectoryManagementIdentity'
        Output      = 'MicrosoftGraphCompanySubscription'
        Synopsis    = 'Lists the subscriptions of the organization.'
        Description = 'Lists the purchases behind the products of the organization, with the day each one runs out.'
        Examples    = @(
            @{
                Code = 'Get-MgDirectorySubscription -All | Sort-Object NextLifecycleDateTime | Select-Object SkuPartNumber, TotalLicenses, Status, NextLifecycleDateTime'
                Text = 'Lists what runs out next.'
            }
        )
    }
}

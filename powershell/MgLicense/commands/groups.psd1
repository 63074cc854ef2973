# Groups and their members. How to read this table: see README.md beside it.
@{
    'Get-MgGroup'       = @{
        Owner       = 'Microsoft.Graph.Groups'
        Path        = '/groups/{group-id}'
        Sets        = 'List', 'Get', 'GetViaIdentity'
        Extra       = @{ List = 'Skip', 'ConsistencyLevel' }
        Identity    = 'GroupsIdentity'
        Output      = 'MicrosoftGraphGroup'
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
        Output      = 'MicrosoftGraphDirectoryObject'
        Synopsis    = 'Lists the members of a group.'
        Description = 'Lists the direct members of a group. The objects have an Id; everything else is in AdditionalProperties under the names of the wire.'
        Examples    = @(
            @{
                Code = "`$group = Get-MgGroup -Filter `"displayName eq 'Staff'`"`nGet-MgGroupMember -GroupId `$group.Id -All | ForEach-Object { `$_.AdditionalProperties.userPrincipalName }"
                Text = 'Lists the names the members of a group sign in with.'
            }
        )
    }
}
